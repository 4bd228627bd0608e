//! What is seen of a game on the plane, and how near its points have come to the cloud.

use halfdrawn_metrics::{energy_distance, shares};
use serde::Serialize;

use super::cloud::nearest;
use super::play::{PlaneGame, latents};
use crate::fused::FusedPlane;
use crate::game::{Draw, Pictures, Players};

/// Points that figures are taken of.
const MEASURED: usize = 512;
/// Draws that no turn has, nor any other look.
const SHOWN: u64 = u64::MAX;
const WEIGHED: u64 = u64::MAX - 1;
const AGAIN: u64 = u64::MAX - 2;
/// Standard deviations from the cloud within which a point lies on it.
const ON: f32 = 3.0;
/// A point of the cloud is reached where a generated one is as near.
const REACH: f32 = 0.1;
/// The part of its fair share that a mode is covered with.
const COVERED: f64 = 0.25;
/// Half the side of the square that is looked at.
const EXTENT: f32 = 1.2;

/// What is to be seen of a game: points that stay the same from look to look, so that one sees them move.
#[derive(Clone, Debug)]
pub struct View {
    /// Points of the cloud, n × 2, and what the critic says of them.
    pub real: Vec<f32>,
    /// See `real`.
    pub real_outputs: Vec<f32>,
    /// What the generator makes of n latent points, and what the critic says.
    pub fake: Vec<f32>,
    /// See `fake`.
    pub fake_outputs: Vec<f32>,
    /// Where each is pushed: minus the gradient of what the generator pays for it alone.
    pub pushes: Vec<f32>,
    /// The critic's outputs on a lattice of m × m points, the middles of the cells of the square of
    /// −1.2 to 1.2, row after row from the top.
    pub field: Vec<f32>,
    /// What becomes of a lattice of (c + 1) × (c + 1) latent points from −1 to 1.
    pub manifold: Vec<f32>,
}

/// How near the generator has come.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Figures {
    /// The energy distance between generated points and points of the cloud, 512 each.
    pub distance: f64,
    /// That between two draws of 512 from the cloud: as near as one can come.
    pub floor: f64,
    /// The share of generated points that lie on the cloud: within three standard deviations of it.
    pub on_cloud: f64,
    /// The share of the cloud's points that have a generated one within 0.1.
    pub reached: f64,
    /// The share of generated points on each mode; empty where the cloud is not made of any.
    pub shares: Vec<f64>,
    /// Modes with at least a quarter of their fair share.
    pub covered: usize,
}

impl PlaneGame {
    /// A look at the game: `points` real and generated points, a field of `field`², a manifold of
    /// `cells`² cells.
    pub fn view(&mut self, points: usize, field: usize, cells: usize) -> View {
        let seed = self.options.game.seed;
        let loss = self.options.game.loss;
        let [generator, critic] = self.weights();
        let mut real = vec![0.0; 2 * points];
        self.options.cloud.draw(seed, SHOWN, &mut real);
        let onlooker = &mut self.onlooker;
        let fake = make(onlooker, &generator, &latents(seed, SHOWN, points));
        let (fake_outputs, pushes) = onlooker.pushes(&critic, &fake, loss);
        let mut judge = |values: &[f32]| onlooker.judge(&critic, Pictures { values, labels: &[] });
        let real_outputs = judge(&real);
        let place = |index: usize| EXTENT * ((2 * index + 1) as f32 / field as f32 - 1.0);
        let lattice: Vec<f32> = (0..field * field)
            .flat_map(|index| [place(index % field), -place(index / field)])
            .collect();
        let field = judge(&lattice);
        let knot = |index: usize| 2.0 * index as f32 / cells as f32 - 1.0;
        let knots: Vec<f32> = (0..=cells)
            .flat_map(|row| (0..=cells).flat_map(move |column| [knot(column), knot(row)]))
            .collect();
        let manifold = make(onlooker, &generator, &knots);
        View { real, real_outputs, fake, fake_outputs, pushes, field, manifold }
    }

    /// How near the generator has come to the cloud.
    pub fn figures(&mut self) -> Figures {
        let seed = self.options.game.seed;
        let [generator, _] = self.weights();
        let fake = make(&mut self.onlooker, &generator, &latents(seed, WEIGHED, MEASURED));
        let cloud = &self.options.cloud;
        let [real, again] = [WEIGHED, AGAIN].map(|step| {
            let mut points = vec![0.0; 2 * MEASURED];
            cloud.draw(seed, step, &mut points);
            points
        });
        let (made, _) = fake.as_chunks::<2>();
        let near = ON * cloud.noise();
        let on_cloud = made.iter().filter(|&&point| cloud.distance(point) < near).count();
        let (theirs, _) = real.as_chunks::<2>();
        let reached = theirs.iter().filter(|&&point| nearest(made, point).1 < REACH).count();
        let modes = cloud.modes();
        let shares = modes_of(&modes, made, near);
        let fair = COVERED / modes.len() as f64;
        Figures {
            distance: energy_distance(&fake, &real, 2),
            floor: energy_distance(&again, &real, 2),
            on_cloud: on_cloud as f64 / MEASURED as f64,
            reached: reached as f64 / MEASURED as f64,
            covered: shares.iter().filter(|&&share| share >= fair).count(),
            shares,
        }
    }
}

fn make(players: &mut FusedPlane, generator: &[f32], latents: &[f32]) -> Vec<f32> {
    players.generate(generator, Draw { latents, labels: &[] })
}

/// The share of all points that lie on each mode.
fn modes_of(modes: &[[f32; 2]], points: &[[f32; 2]], near: f32) -> Vec<f64> {
    // Points on none are of a class of their own.
    let labels: Vec<u16> = points
        .iter()
        .map(|&point| match nearest(modes, point) {
            (index, distance) if distance < near => index as u16,
            _ => modes.len() as u16,
        })
        .collect();
    let mut found = shares(&labels, modes.len() + 1);
    found.truncate(modes.len());
    found
}
