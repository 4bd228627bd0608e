//! Both players of a generative adversarial network: outputs and gradients on the processor.

use halfdrawn_format::Gan;

use super::critic::{Critic, CriticSpace};
use super::generator::{By, Generator, GeneratorSpace};
use super::normal::{Moments, rows};
use crate::game::{Draw, Hands, Pictures, Players, Terms};

/// Pictures made or judged at once, where the batch has no bearing on them.
const CHUNK: usize = 64;

/// The players, a batch at a time: batch normalisation wants all of it.
pub struct FusedGan {
    generator: Generator,
    critic: Critic,
    threads: usize,
    latent: usize,
    planes: usize,
    generated: GeneratorSpace,
    judged: CriticSpace,
    /// Real pictures with a border of zeros.
    framed: Vec<f32>,
}

impl FusedGan {
    /// Plans the passes of `gan` for `threads` threads.
    pub fn new(gan: &Gan, threads: usize) -> Self {
        Self {
            generator: Generator::new(gan, &gan.generator_parameters()),
            critic: Critic::new(gan, &gan.critic_parameters()),
            threads: threads.max(1),
            latent: gan.latent,
            planes: gan.planes,
            generated: GeneratorSpace::default(),
            judged: CriticSpace::default(),
            framed: Vec::new(),
        }
    }

    /// Pictures into a border of zeros.
    fn frame(&mut self, pictures: &[f32]) {
        let grid = self.generator.grid();
        let (pixels, length) = (grid.rows * grid.columns * self.planes, grid.len() * self.planes);
        let count = pictures.len() / pixels;
        self.framed.resize(count * length, 0.0);
        let framed = self.framed.chunks_exact_mut(length);
        for (picture, framed) in pictures.chunks_exact(pixels).zip(framed) {
            let lines = picture.chunks_exact(grid.columns * self.planes);
            for (line, range) in lines.zip(rows(grid, self.planes)) {
                framed[range].copy_from_slice(line);
            }
        }
    }

    fn moments_of(moments: &[Moments; 2]) -> Vec<f32> {
        let parts = moments.iter().flat_map(|moments| [&moments.mean, &moments.variance]);
        parts.flatten().copied().collect()
    }

    fn draw(&mut self, generator: &[f32], draw: Draw, by: By) {
        let Draw { latents, labels } = draw;
        self.generator.forward(self.threads, generator, latents, labels, by, &mut self.generated);
    }
}

impl Players for FusedGan {
    fn critic(
        &mut self,
        hands: Hands,
        real: Pictures,
        draw: Draw,
        terms: Terms,
        gradient: &mut [f32],
    ) -> [Vec<f32>; 2] {
        gradient.fill(0.0);
        let (p, threads) = (hands.critic, self.threads);
        self.frame(real.values);
        let w = &mut self.judged;
        let outputs = self.critic.forward(threads, p, &self.framed, real.labels, w);
        let scale = 1.0 / outputs.len() as f32;
        let slopes: Vec<f32> =
            outputs.iter().map(|&a| scale * terms.loss.critic(a, terms.smoothing).1).collect();
        self.critic.learn(threads, p, &self.framed, real.labels, &slopes, w, gradient);

        self.draw(hands.generator, draw, By::Batch);
        let w = &mut self.judged;
        let pictures = &self.generated.pictures;
        let fake = self.critic.forward(threads, p, pictures, draw.labels, w);
        let scale = 1.0 / fake.len() as f32;
        let slopes: Vec<f32> = fake.iter().map(|&a| scale * terms.loss.critic_fake(a).1).collect();
        self.critic.learn(threads, p, pictures, draw.labels, &slopes, w, gradient);
        [outputs, fake]
    }

    fn generator(
        &mut self,
        hands: Hands,
        draw: Draw,
        terms: Terms,
        gradient: &mut [f32],
    ) -> [Vec<f32>; 2] {
        gradient.fill(0.0);
        let threads = self.threads;
        self.draw(hands.generator, draw, By::Batch);
        let Draw { latents, labels } = draw;
        let w = &mut self.judged;
        let pictures = &self.generated.pictures;
        let outputs = self.critic.forward(threads, hands.critic, pictures, labels, w);
        let scale = 1.0 / outputs.len() as f32;
        let slopes: Vec<f32> = outputs.iter().map(|&a| scale * terms.loss.generator(a).1).collect();
        self.critic.through(threads, hands.critic, labels, &slopes, w);
        let (p, w) = (hands.generator, &mut self.generated);
        let slope = &mut self.judged.pictures_slope;
        self.generator.backward(threads, p, latents, labels, slope, w, gradient);
        [outputs, Self::moments_of(&self.generated.moments)]
    }

    fn generate(&mut self, generator: &[f32], draw: Draw) -> Vec<f32> {
        let grid = self.generator.grid();
        let mut pictures = Vec::new();
        for (index, latents) in draw.latents.chunks(CHUNK * self.latent).enumerate() {
            let first = index * CHUNK;
            let end = first + latents.len() / self.latent;
            let labels = draw.labels.get(first..end).unwrap_or_default();
            self.draw(generator, Draw { latents, labels }, By::Running);
            for picture in self.generated.pictures.chunks_exact(grid.len() * self.planes) {
                rows(grid, self.planes).for_each(|row| pictures.extend_from_slice(&picture[row]));
            }
        }
        pictures
    }

    fn moments(&mut self, generator: &[f32], draw: Draw) -> Vec<f32> {
        self.draw(generator, draw, By::Batch);
        Self::moments_of(&self.generated.moments)
    }

    fn judge(&mut self, critic: &[f32], pictures: Pictures) -> Vec<f32> {
        let grid = self.generator.grid();
        let pixels = grid.rows * grid.columns * self.planes;
        let mut outputs = Vec::new();
        for (index, values) in pictures.values.chunks(CHUNK * pixels).enumerate() {
            let first = index * CHUNK;
            let end = first + values.len() / pixels;
            let labels = pictures.labels.get(first..end).unwrap_or_default();
            self.frame(values);
            let w = &mut self.judged;
            outputs.extend(self.critic.forward(self.threads, critic, &self.framed, labels, w));
        }
        outputs
    }
}
