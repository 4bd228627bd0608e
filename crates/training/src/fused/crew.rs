//! Threads that each have pictures of their own, and add up their gradients in the end.

/// Workers, one to a thread.
pub(super) struct Crew<W> {
    workers: Vec<W>,
    /// Of every worker but the first, which adds to the caller's.
    gradients: Vec<Vec<f32>>,
}

impl<W: Send> Crew<W> {
    /// As many workers as `threads`, for gradients of so many `parameters`.
    pub fn new(threads: usize, parameters: usize, worker: impl Fn() -> W) -> Self {
        let threads = threads.max(1);
        Self {
            workers: (0..threads).map(|_| worker()).collect(),
            gradients: vec![vec![0.0; parameters]; threads - 1],
        }
    }

    /// All of them.
    pub fn workers(&self) -> &[W] {
        &self.workers
    }

    /// The one that works where no gradient is asked for.
    pub fn first(&mut self) -> &mut W {
        &mut self.workers[0]
    }

    /// Runs `work` on every worker at once, each with its number; adds what they make of their gradients
    /// to `gradient`, in the order of the workers.
    pub fn share(&mut self, gradient: &mut [f32], work: impl Fn(usize, &mut W, &mut [f32]) + Sync) {
        let (first, others) = self.workers.split_first_mut().expect("at least one worker");
        if others.is_empty() {
            // Without a thread: a browser has none to give.
            return work(0, first, gradient);
        }
        std::thread::scope(|scope| {
            for (index, (worker, own)) in others.iter_mut().zip(&mut self.gradients).enumerate() {
                let work = &work;
                scope.spawn(move || {
                    own.fill(0.0);
                    work(index + 1, worker, own);
                });
            }
            work(0, first, gradient);
        });
        for own in &self.gradients {
            gradient.iter_mut().zip(own).for_each(|(sum, value)| *sum += value);
        }
    }
}
