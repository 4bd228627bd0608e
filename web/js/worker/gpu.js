// @ts-check
/** What a run must know about WebGPU and the bundle does not tell: the adapter, and when it is gone. */

import { Failure } from './files.js';

/** What every kernel of the bundle needs; WebGPU promises as much of an adapter that is no makeshift. */
const LEAST = {
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16_384,
  maxStorageBuffersPerShaderStage: 8,
  maxStorageBufferBindingSize: 128 * 1024 * 1024,
};

/** Compute pipelines made so far. */
let pipelines = 0;

/** How many shaders the browser was given to compile. */
export const pipelineCount = () => pipelines;

/**
 * The name of the adapter that the bundle will find. From here on its device is watched: `post`
 * hears when it is lost.
 * @param {(message: unknown) => void} post
 * @returns {Promise<string>}
 */
export async function openAdapter(post) {
  const gpu = /** @type {any} */ (navigator).gpu;
  if (!gpu) {
    throw new Failure('webgpu', 'This browser has no WebGPU.');
  }
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    throw new Failure('adapter', 'This browser has WebGPU, but found no graphics adapter for it.');
  }
  for (const [limit, least] of Object.entries(LEAST)) {
    if (adapter.limits[limit] < least) {
      throw new Failure(
        'limits',
        `The graphics adapter is too small: ${limit} is ${adapter.limits[limit]}, not ${least}.`,
      );
    }
  }
  watch(post);
  const { description, device, vendor, architecture } = adapter.info ?? {};
  const name = description || device || [vendor, architecture].filter(Boolean).join(' ');
  return name || 'WebGPU';
}

/** @param {(message: unknown) => void} post */
function watch(post) {
  const adapters = /** @type {any} */ (globalThis).GPUAdapter.prototype;
  const { requestDevice } = adapters;
  adapters.requestDevice = async function (/** @type {any[]} */ ...options) {
    const device = await requestDevice.apply(this, options);
    device.lost.then((/** @type {any} */ { reason, message }) => {
      post({ type: 'lost', message: message || String(reason) });
    });
    return device;
  };
  const devices = /** @type {any} */ (globalThis).GPUDevice.prototype;
  const { createComputePipeline } = devices;
  devices.createComputePipeline = function (/** @type {any[]} */ ...options) {
    pipelines += 1;
    return createComputePipeline.apply(this, options);
  };
}
