//! Figures of a generator: what the judge says of its samples, over several seeds.

use std::fmt::Write as _;

use anyhow::Result;
use halfdrawn_data::{PIXELS, PLANES, noise_into, picture_rng, stack_into, stacked_mode};
use halfdrawn_format::{Gan, Weights};
use halfdrawn_metrics::{Mean, modes_covered, relative_entropy, shares};
use halfdrawn_training::{Compute, GanExplorer};
use indicatif::ProgressBar;

use crate::judge::{Judge, NEIGHBOURS, Nearness, Real, SOUGHT, SURE, Said};

/// Samples of a seed.
const SAMPLES: usize = 10_000;
/// Samples of a seed whose three digits are counted (Srivastava et al. 2017, "VEEGAN", and Lin et al.
/// 2018, "PacGAN").
const STACKS: usize = 26_000;
/// Samples drawn at once.
const BATCH: usize = 500;
const CLASSES: usize = 10;

/// A generator, and who judges it.
pub struct Measured<'a> {
    pub weights: &'a Weights,
    pub judge: &'a Judge,
    pub seeds: u64,
    /// Samples of a seed; as many as the field draws by default.
    pub samples: Option<usize>,
    pub threads: usize,
    /// The command, for below the table.
    pub command: &'a str,
}

/// One number of each seed.
#[derive(Default)]
struct Figures {
    frechet: Mean,
    precision: Mean,
    recall: Mean,
    agreement: Mean,
    entropy: Mean,
    sure: Mean,
    nearest: Mean,
    /// Of each digit.
    shares: [Mean; CLASSES],
}

/// What stacks show.
struct Kinds {
    /// The share of each of the 1,000 kinds.
    shares: Vec<f64>,
    /// The share of stacks that the judge is sure of.
    sure: f64,
}

impl Measured<'_> {
    /// The section of docs/results.md.
    pub fn table(&self, bar: &ProgressBar) -> Result<String> {
        let gan = self.weights.architecture.gan().expect("the caller looked at the kind");
        bar.set_length(self.seeds);
        bar.set_position(0);
        let (name, parameters) = (&self.weights.name, gan.generator_len());
        let told = if gan.classes > 0 { "; told the digit" } else { "" };
        let critic = self.weights.parameters.len() - parameters;
        let latent = gan.latent;
        let head = format!(
            "### {name}\n\nGenerator of {parameters} parameters, critic of {critic}; {latent} latent \
             variables{told}.\n\n"
        );
        let figures =
            if gan.planes == PLANES { self.stacked(gan, bar)? } else { self.plain(gan, bar)? };
        let command = self.command;
        Ok(format!("{head}{figures} Command: `cargo run --release -p halfdrawn-cli -- {command}`."))
    }

    fn plain(&self, gan: &Gan, bar: &ProgressBar) -> Result<String> {
        let samples = self.samples.unwrap_or(SAMPLES);
        let labels: Vec<u8> = match gan.classes {
            0 => Vec::new(),
            classes => (0..samples).map(|index| (index % classes) as u8).collect(),
        };
        bar.set_message("the judge looks at the data");
        let real = self.judge.real()?;
        let mut figures = Figures::default();
        for seed in 1..=self.seeds {
            bar.set_message(format!("{}: seed {seed}", self.weights.name));
            let images = self.sample(gan, samples, seed, &labels)?;
            let said = self.judge.look(&images)?;
            figures.add(real, &said, &labels, self.judge.copied(&images));
            bar.inc(1);
        }
        Ok(figures.table(self, real, gan))
    }

    /// Stacked digits: which of the 1,000 kinds there are.
    fn stacked(&self, gan: &Gan, bar: &ProgressBar) -> Result<String> {
        let samples = self.samples.unwrap_or(STACKS);
        bar.set_message("the judge looks at the data");
        let expected = self.kinds(&self.real_stacks(samples))?;
        let uniform = vec![1e-3; 1000];
        // Of samples, then of real stacks.
        let mut rows = [[Mean::default(); 3]; 2];
        for seed in 1..=self.seeds {
            bar.set_message(format!("{}: seed {seed}", self.weights.name));
            let found = self.kinds(&self.sample(gan, samples, seed, &[])?)?;
            for (row, kinds) in rows.iter_mut().zip([&found, &expected]) {
                row[0].add(modes_covered(&kinds.shares) as f64);
                row[1].add(relative_entropy(&kinds.shares, &uniform));
                row[2].add(kinds.sure);
            }
            bar.inc(1);
        }
        let mut text = format!(
            "| of {samples} pictures of three digits | samples | test digits |\n|---|---|---|\n"
        );
        for (index, (what, scale, digits, unit)) in [
            ("kinds of 1,000", 1.0, 1, ""),
            ("KL to equal shares, nats", 1.0, 4, ""),
            ("judge is sure of all three digits, p above 0.9", 100.0, 2, " %"),
        ]
        .into_iter()
        .enumerate()
        {
            let cell = spread(&rows[0][index], scale, digits);
            let real = scale * rows[1][index].value();
            let _ = writeln!(text, "| {what} | {cell}{unit} | {real:.digits$}{unit} |");
        }
        let _ = write!(
            text,
            "\nStacked MNIST (Metz et al. 2017): each plane classified by `{}`; {STACKS} pictures to a seed \
             are what Srivastava et al. 2017 (VEEGAN) and Lin et al. 2018 (PacGAN) count. What shows no \
             digit counts as one too: the last row tells how much of it there is. {}.",
            self.judge.name,
            self.seeds_named()
        );
        Ok(text)
    }

    /// The kinds of pictures of three planes.
    fn kinds(&self, images: &[f32]) -> Result<Kinds> {
        let planes: Result<Vec<Said>> = (0..PLANES)
            .map(|plane| {
                let values: Vec<f32> = images.iter().skip(plane).step_by(PLANES).copied().collect();
                self.judge.look(&values)
            })
            .collect();
        let planes = planes?;
        let kind = |index: usize| {
            stacked_mode(std::array::from_fn(|plane| planes[plane].classes[index] as u8))
        };
        let count = images.len() / (PLANES * PIXELS);
        let kinds: Vec<u16> = (0..count).map(kind).collect();
        let sure = |&index: &usize| planes.iter().all(|said| said.confidence[index] > SURE);
        let sure = (0..count).filter(sure).count() as f64 / count as f64;
        Ok(Kinds { shares: shares(&kinds, 1000), sure })
    }

    /// As many stacks of test digits.
    fn real_stacks(&self, count: usize) -> Vec<f32> {
        let mut picture = vec![0; PLANES * PIXELS];
        let mut images = Vec::with_capacity(count * picture.len());
        for index in 0..count as u64 {
            stack_into(self.judge.test(), &mut picture_rng(1, 0, index), &mut picture);
            images.extend(picture.iter().map(|&level| f32::from(level) / 255.0));
        }
        images
    }

    /// Pictures of 0 to 1 from the prior, a few at a time on each thread.
    fn sample(&self, gan: &Gan, count: usize, seed: u64, labels: &[u8]) -> Result<Vec<f32>> {
        let mut latents = vec![0.0; count * gan.latent];
        noise_into(seed, 0, &mut latents);
        let mut explorer = GanExplorer::load(self.weights, &Compute::Threads(self.threads))?;
        let mut images = Vec::with_capacity(count * gan.pixels());
        for (index, latents) in latents.chunks(BATCH * gan.latent).enumerate() {
            let first = index * BATCH;
            let labels = labels.get(first..first + latents.len() / gan.latent).unwrap_or_default();
            images.extend(explorer.generate(latents, labels)?);
        }
        Ok(images)
    }

    fn seeds_named(&self) -> String {
        format!("Mean ± standard deviation of seeds 1 to {}", self.seeds)
    }
}

impl Figures {
    fn add(&mut self, real: &Real, said: &Said, labels: &[u8], nearest: f64) {
        let near = real.nearness(&said.features);
        self.frechet.add(near.frechet);
        self.precision.add(near.precision);
        self.recall.add(near.recall);
        if !labels.is_empty() {
            self.agreement.add(said.agreement(labels));
        }
        let shares = shares(&said.classes, CLASSES);
        self.entropy.add(relative_entropy(&shares, &[1.0 / CLASSES as f64; CLASSES]));
        self.shares.iter_mut().zip(shares).for_each(|(mean, share)| mean.add(share));
        self.sure.add(said.sure());
        self.nearest.add(nearest);
    }

    fn table(&self, measured: &Measured, real: &Real, gan: &Gan) -> String {
        let judge = measured.judge;
        let floor = |of: fn(&Nearness) -> f64| -> Mean { real.floor.iter().map(of).collect() };
        let samples = measured.samples.unwrap_or(SAMPLES);
        let mut text = format!("| of {samples} samples | samples | real |\n|---|---|---|\n");
        let mut row = |what: &str, samples: String, real: String| {
            let _ = writeln!(text, "| {what} | {samples} | {real} |");
        };
        let per_cent = |mean: &Mean| spread(mean, 100.0, 2) + " %";
        row(
            "Fréchet distance to test pictures",
            spread(&self.frechet, 1.0, 2),
            spread(&floor(|near| near.frechet), 1.0, 2),
        );
        row("precision", per_cent(&self.precision), per_cent(&floor(|near| near.precision)));
        row("recall", per_cent(&self.recall), per_cent(&floor(|near| near.recall)));
        if gan.classes > 0 {
            let right = format!("{:.2} %", 100.0 * real.accuracy);
            row("shows what it was told to", per_cent(&self.agreement), right);
        }
        row(
            "judge is sure, p above 0.9",
            per_cent(&self.sure),
            format!("{:.2} %", 100.0 * real.said.sure()),
        );
        let expected = shares(&real.said.classes, CLASSES);
        let uniform = [1.0 / CLASSES as f64; CLASSES];
        row(
            "KL to equal shares, nats",
            spread(&self.entropy, 1.0, 4),
            format!("{:.4}", relative_entropy(&expected, &uniform)),
        );
        let of = |values: &[f64]| -> String {
            let cells: Vec<String> =
                values.iter().map(|share| format!("{:.1}", 100.0 * share)).collect();
            cells.join(", ")
        };
        let means = self.shares.each_ref().map(Mean::value);
        row("share of each class, %", of(&means), of(&expected));
        row(
            "distance to the nearest training picture",
            spread(&self.nearest, 1.0, 3),
            format!("{:.3}", judge.fresh()),
        );
        let _ = write!(
            text,
            "\nJudge: `{}`, which finds {:.2} % of {} {}. {}. Real: for Fréchet distance, precision and \
             recall {} training pictures in the place of samples, below test pictures themselves. \
             Fréchet distance, precision and recall ({NEIGHBOURS} neighbours) in the judge's features; the \
             nearest training picture, for the first {SOUGHT}, in pixels of 0 to 1.",
            judge.name,
            100.0 * real.accuracy,
            judge.test().len(),
            judge.dataset.measured_on(),
            measured.seeds_named(),
            judge.in_place(),
        );
        text
    }
}

/// Mean ± standard deviation; the mean alone of one value.
fn spread(mean: &Mean, scale: f64, digits: usize) -> String {
    let value = format!("{:.digits$}", scale * mean.value());
    match mean.count() {
        0 | 1 => value,
        _ => format!("{value} ± {:.digits$}", scale * mean.standard_deviation()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_no_spread_and_two_have_what_a_hand_works_out() {
        assert_eq!(spread(&[0.5].into_iter().collect(), 100.0, 1), "50.0");
        assert_eq!(spread(&[1.0, 3.0].into_iter().collect(), 1.0, 2), "2.00 ± 1.41");
    }
}
