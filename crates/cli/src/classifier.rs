//! Figures of a classifier: what it says of test pictures.

use anyhow::Result;
use halfdrawn_format::Weights;
use halfdrawn_metrics::Mean;
use halfdrawn_training::Recogniser;

use crate::dataset::Dataset;
use crate::{files, judge};

/// The section of docs/results.md.
pub fn table(weights: &Weights, command: &str, threads: usize) -> Result<String> {
    let dataset = files::dataset(&weights.name)?;
    let (_, test) = dataset.measured()?;
    let said = judge::look(weights, &judge::grey(&test, test.len()), threads)?;
    let labels = test.labels();
    let nats: Mean = labels
        .iter()
        .zip(said.probabilities.chunks(said.probabilities.len() / labels.len()))
        .map(|(&label, row)| -f64::from(row[usize::from(label)]).ln())
        .collect();
    let wrong =
        said.classes.iter().zip(labels).filter(|(class, label)| **class != u16::from(**label));
    let (count, wrong) = (labels.len(), wrong.count());
    let protocol = match dataset {
        Dataset::FashionMnist => {
            "the 1,000 held-out pictures of Fashion-MNIST, which the best epoch was chosen by: the \
             repository holds no others"
        }
        _ => {
            "the 10,000 test digits, measured once; the best epoch was chosen on the 10,000 held-out \
             training digits"
        }
    };
    let (parameters, width) = (weights.parameters.len(), Recogniser::load(weights)?.width());
    Ok(format!(
        "### {}\n\n{parameters} parameters; {width} features.\n\n\
         | of {count} pictures | |\n|---|---|\n\
         | right | {:.2} %, {wrong} wrong |\n\
         | −ln p(class), nats | {:.4} ± {:.4} |\n\
         | sure, p above 0.9 | {:.2} % |\n\n\
         Grey pictures, not distorted: {protocol}. Mean ± standard error. Command: `cargo run --release -p \
         halfdrawn-cli -- {command}`.",
        weights.name,
        100.0 * (count - wrong) as f64 / count as f64,
        nats.value(),
        nats.standard_error(),
        100.0 * said.sure(),
    ))
}
