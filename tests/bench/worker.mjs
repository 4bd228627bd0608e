// Runs the bundles that only the bench has, in a worker like the engine's.
let model;
let network;

const tasks = {
  async load({ own, burn, config, weights }) {
    const bytes = async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer());
    const [sampler, naive] = [await import(own), await import(burn)];
    await Promise.all([sampler.default(), naive.default()]);
    const files = [await bytes(config), await bytes(weights)];
    model?.free();
    network?.free();
    model = sampler.loadModel(...files);
    network = new naive.BurnNetwork(...files);
    tasks.peak = ({ ms }) => sampler.peak_gflops(ms);
    return [...model.multiplyAdds()];
  },
  /** The milliseconds of one full forward pass of one picture. */
  pass({ pixels, known }) {
    const start = performance.now();
    network.forward(Uint8Array.from(pixels), Uint8Array.from(known), 1);
    return performance.now() - start;
  },
};

self.onmessage = async ({ data }) => {
  try {
    self.postMessage({ result: await tasks[data.task](data) });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
