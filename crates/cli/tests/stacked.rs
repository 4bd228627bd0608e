//! A game on stacked digits, by the commands that anybody types: trained, gone on with, and counted.

use std::path::Path;
use std::process::Command;

fn halfdrawn(arguments: &str, run: &Path) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_halfdrawn"));
    command.args(arguments.split(' ')).arg("--run").arg(run).args(["--threads", "1"]);
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

fn sound(arguments: &str, run: &Path) -> String {
    let (success, text) = halfdrawn(arguments, run);
    assert!(success, "halfdrawn {arguments}: {text}");
    text
}

#[test]
fn stacks_are_trained_on_gone_on_with_and_counted() {
    const TRAIN: &str = "train gan --dataset stacked-mnist --preset tiny --batch 8 \
                         --loss wasserstein --regulariser clip:0.01 --device fused";
    let folder = tempfile::tempdir().unwrap();
    let [straight, stopped] = ["straight", "stopped"].map(|name| folder.path().join(name));
    sound(&format!("{TRAIN} --rounds 4"), &straight);
    sound(&format!("{TRAIN} --rounds 2"), &stopped);
    sound(&format!("{TRAIN} --rounds 4 --resume"), &stopped);
    let read = |run: &Path| std::fs::read(run.join("checkpoint.safetensors")).unwrap();
    assert!(read(&straight) == read(&stopped), "stopped and gone on with, but another game");
    let text = sound("eval --dry-run --seeds 2 --samples 40", &stopped);
    let row = |what: &str| {
        let line = text.lines().find(|line| line.starts_with(&format!("| {what} |")));
        let cells: Vec<&str> = line.unwrap_or_else(|| panic!("{text}")).split(" | ").collect();
        let number = |cell: &str| cell.split([' ', '|']).next().unwrap().parse::<f64>().unwrap();
        [number(cells[1]), number(cells[2])]
    };
    let [made, real] = row("kinds of 1,000");
    assert!((1.0..=40.0).contains(&made) && (35.0..=40.0).contains(&real), "{text}");
    // Forty pictures of forty kinds are ln(1000/40) = 3.22 nats from equal shares.
    let [made, real] = row("KL to equal shares, nats");
    assert!((3.218..6.91).contains(&made) && (3.218..3.4).contains(&real), "{text}");
    let train = "`halfdrawn train gan --preset tiny --loss wasserstein --regulariser clip:0.01 \
                 --dataset stacked-mnist";
    assert!(text.contains(train) && text.contains("--rounds 4`"), "{text}");
}

#[test]
fn what_cannot_learn_from_stacks_says_so() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, expected) in [
        ("train vae --dataset stacked-mnist", "only a gan learns from stacked-mnist"),
        ("train gan --conditional --dataset stacked-mnist", "leave out --conditional"),
    ] {
        let (success, text) = halfdrawn(arguments, folder.path());
        assert!(!success && text.contains(expected), "halfdrawn {arguments}: {text}");
    }
}
