//! Figures of models with latent variables: what test pictures cost, split; importance-weighted
//! bounds; what the latent variables tell about the digit.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};
use halfdrawn_data::{Digits, PIXELS, noise_into};
use halfdrawn_format::{Architecture, Reconstruction, Weights};
use halfdrawn_metrics::{Mean, gaussian_log_ratio, log_mean_exp};
use halfdrawn_training::{Batch, Compute, FusedCoder};
use indicatif::ProgressBar;

use crate::evaluate::batch_of;
use crate::probes::{CLASSIFIED, Features, LABELS, Probes};

/// Samples of the latent variables for the two bounds.
const SAMPLES: [usize; 2] = [50, 5000];

/// A model and the pictures that it is measured on.
pub struct Measured<'a> {
    pub weights: &'a Weights,
    /// Pictures to learn a probe on.
    pub train: &'a Digits,
    /// Pictures that nothing was chosen by.
    pub test: &'a Digits,
    /// What the table calls them.
    pub named: &'a str,
    /// How many of them, and how many for the second bound.
    pub counts: [usize; 2],
    pub seed: u64,
    pub threads: usize,
    /// The command, for below the table.
    pub command: &'a str,
}

impl Measured<'_> {
    /// The section of docs/results.md; `pixels` are the probes on raw pixels.
    pub fn table(&self, pixels: &Probes, bar: &ProgressBar) -> Result<String> {
        let Weights { name, architecture, parameters } = self.weights;
        let told = if architecture.conditional() { "; told the digit" } else { "" };
        let mut text = format!(
            "### {name}\n\n{} parameters; {} latent variables{told}.\n\n\
             | nats a picture | mean | standard error |\n|---|---|---|\n",
            parameters.len(),
            architecture.latent()
        );
        let mut row = |what: &str, mean: &Mean| {
            let (value, error) = (mean.value(), mean.standard_error());
            let _ = writeln!(text, "| {what} | {value:.2} | {error:.2} |");
        };
        let batch = batch(architecture, self.test, self.counts[0], self.seed);
        let mut source = Compute::Threads(self.threads).source(architecture);
        let losses = source.losses(parameters, &batch);
        let variational = matches!(architecture, Architecture::Vae(_));
        if variational {
            row("−ELBO", &losses.iter().map(|loss| loss.total(1.0)).collect());
            row("of it reconstruction", &losses.iter().map(|loss| loss.reconstruction).collect());
            row("of it KL", &losses.iter().map(|loss| loss.kl).collect());
            for (samples, count) in SAMPLES.into_iter().zip(self.counts) {
                bar.set_message(format!("{name}: bound, k = {samples}"));
                let bounds = self.bounds(&batch, samples, count, bar)?;
                let what = format!("importance-weighted bound, k = {samples}, {count} pictures");
                row(&what, &bounds.into_iter().map(|bound| -bound).collect());
            }
        } else {
            let mean = losses.iter().map(|loss| loss.reconstruction).collect();
            let squared = matches!(
                architecture,
                Architecture::Autoencoder(model) if model.reconstruction == Reconstruction::Squared
            );
            row(if squared { "squared error" } else { "reconstruction" }, &mean);
        }
        if !architecture.conditional() {
            bar.set_message(format!("{name}: probes"));
            let train = self.features(self.train, self.train.len())?;
            let test = self.features(self.test, self.counts[0].min(CLASSIFIED))?;
            text += &probe_table(&Probes::measure(&train, &test, self.seed, self.threads), pixels);
        }
        let (count, seed) = (self.counts[0], self.seed);
        let draws =
            if variational { "; one sample of the latent variables for the ELBO" } else { "" };
        let _ = write!(
            text,
            "\nThe first {count} {}, dynamic binarisation, seed {seed}{draws}. Command: \
             `cargo run --release -p halfdrawn-cli -- {}`.",
            self.named, self.command
        );
        Ok(text)
    }

    fn coder(&self) -> Result<FusedCoder> {
        FusedCoder::new(&self.weights.architecture, 1).context("a model with latent variables")
    }

    /// The latent means of pictures, with their labels.
    fn features(&self, digits: &Digits, count: usize) -> Result<Features> {
        let batch = batch(&self.weights.architecture, digits, count, self.seed);
        let encoded = self.coder()?.encode(&self.weights.parameters, &batch);
        let latent = self.weights.architecture.latent();
        let rows = encoded.chunks_exact(encoded.len() / batch.len());
        let values = rows.flat_map(|row| &row[..latent]).copied().collect();
        Ok(Features { values, labels: digits.labels()[..batch.len()].to_vec() })
    }

    /// ln 1/k Σ p(x, zᵢ)/q(zᵢ|x) of the first pictures (Burda et al. 2015, equation 8).
    fn bounds(&self, batch: &Batch, k: usize, count: usize, bar: &ProgressBar) -> Result<Vec<f64>> {
        let (latent, parameters) = (self.weights.architecture.latent(), &self.weights.parameters);
        let encoded = self.coder()?.encode(parameters, batch);
        let count = count.min(batch.len());
        bar.set_length(count as u64);
        bar.set_position(0);
        let next = AtomicUsize::new(0);
        let work = || -> Result<Vec<(usize, f64)>> {
            let mut coder = self.coder()?;
            let mut bounds = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= count {
                    return Ok(bounds);
                }
                let (mean, log_variance) =
                    encoded[index * 2 * latent..][..2 * latent].split_at(latent);
                let mut noise = vec![0.0; k * latent];
                // Step 0 belongs to the ELBO.
                noise_into(self.seed, 1 + index as u64, &mut noise);
                let mut latents = Vec::with_capacity(noise.len());
                let mut ratios = Vec::with_capacity(k);
                for noise in noise.chunks_exact(latent) {
                    let mut ratio = 0.0;
                    for ((mean, log), noise) in mean.iter().zip(log_variance).zip(noise) {
                        let z = mean + (0.5 * log).exp() * noise;
                        ratio += gaussian_log_ratio(z.into(), (*noise).into(), (*log).into());
                        latents.push(z);
                    }
                    ratios.push(ratio);
                }
                let label = batch.labels.get(index);
                let labels = label.map_or(Vec::new(), |&label| vec![label; k]);
                let nats = coder.nats(parameters, &latents, &labels, batch.get(index).0);
                let terms: Vec<f64> =
                    ratios.iter().zip(nats).map(|(ratio, nats)| ratio - nats).collect();
                bounds.push((index, log_mean_exp(&terms)));
                bar.inc(1);
            }
        };
        let mut bounds = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..self.threads).map(|_| scope.spawn(work)).collect();
            let mut bounds = Vec::new();
            for worker in workers {
                bounds.extend(worker.join().expect("a worker does not panic")?);
            }
            Ok::<_, anyhow::Error>(bounds)
        })?;
        bounds.sort_by_key(|(index, _)| *index);
        Ok(bounds.into_iter().map(|(_, bound)| bound).collect())
    }
}

/// The first `count` pictures, not binarised.
fn grey(digits: &Digits, count: usize) -> Batch {
    let mut batch = Batch::new(PIXELS);
    (0..count).for_each(|index| batch.push(digits.grey(index), &[0; PIXELS]));
    batch
}

/// The first `count` pictures, binarised with `seed` or grey for a classifier, with all that the
/// architecture takes.
pub fn batch(architecture: &Architecture, digits: &Digits, count: usize, seed: u64) -> Batch {
    let count = count.min(digits.len());
    let classifier = matches!(architecture, Architecture::Classifier(_));
    let mut batch = match classifier {
        true => grey(digits, count),
        false => batch_of(digits, count, seed, |_, _| [0; PIXELS]),
    };
    if classifier || architecture.conditional() {
        batch.labels = digits.labels()[..count].to_vec();
    }
    if matches!(architecture, Architecture::Vae(_)) {
        batch.noise = vec![0.0; count * architecture.latent()];
        noise_into(seed, 0, &mut batch.noise);
    }
    batch
}

fn probe_table(ours: &Probes, pixels: &Probes) -> String {
    let mut text = String::from(
        "\nWrong of the test pictures, by classifiers that saw so many labels:\n\n\
         | labels | linear probe | nearest neighbours | probe on pixels | neighbours on pixels |\n\
         |---|---|---|---|---|\n",
    );
    let cell = |mean: &Mean| {
        let (value, spread) = (100.0 * mean.value(), 100.0 * mean.standard_deviation());
        format!("{value:.2} ± {spread:.2} %")
    };
    for (index, labels) in LABELS.iter().enumerate() {
        let cells = [ours, pixels].map(|probes| {
            let both = &probes.errors[index];
            format!("{} | {}", cell(&both[0]), cell(&both[1]))
        });
        let _ = writeln!(text, "| {labels} | {} | {} |", cells[0], cells[1]);
    }
    text + &format!("\n{}\n", Probes::PROTOCOL)
}
