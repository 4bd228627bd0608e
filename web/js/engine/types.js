// @ts-check
/** What the engine takes and gives; docs/api.md describes it at length. */

/** Pixels on a side of a picture. */
export const SIDE = 28;
/** Pixels in a picture. */
export const PIXELS = SIDE * SIDE;
/** The most completions of one request. */
export const MOST_COMPLETIONS = 64;

/**
 * @typedef {object} ModelInfo
 * @property {string} name what `model` options take
 * @property {'completion' | 'pixelcnn' | 'vae' | 'autoencoder' | 'gan' | 'classifier'} kind
 * @property {number} parameters
 * @property {number} bytes size of its weight file
 * @property {boolean} default true for the model used where none is named
 * @property {number} [latent] latent variables, of a model that has them
 * @property {boolean} [conditional] whether it takes the class; of a model with latent variables
 * @property {Dataset} dataset what it was trained on
 * @property {import('./game-types.js').AdversarialLoss} [loss] what a GAN was trained by
 */

/** @typedef {'mnist' | 'fashion-mnist'} Dataset */

/**
 * @typedef {object} Progress
 * @property {'wasm' | 'weights' | 'data'} stage
 * @property {string | null} model the model whose weights are loading
 * @property {number} loaded bytes so far
 * @property {number | null} total bytes in all, where known
 */

/**
 * @typedef {object} PixelEvent
 * @property {number} index raster index of the pixel
 * @property {Uint8Array} values what it came out as, one a completion
 * @property {Float32Array} probabilities p(ink | known and earlier pixels) at temperature 1, one a completion
 */

/**
 * @typedef {object} StartOptions
 * @property {string | URL} [base] folder that holds wasm/ and pretrained/; by default the one above this file's
 * @property {(progress: Progress) => void} [onProgress]
 */

/**
 * @typedef {object} LoadOptions
 * @property {(progress: Progress) => void} [onProgress]
 * @property {AbortSignal} [signal]
 */

/**
 * @typedef {object} CompleteOptions
 * @property {string} [model]
 * @property {Uint8Array} pixels 784 values; those of hidden pixels do not matter
 * @property {Uint8Array} known 784 values: 1 where the pixel is given, 0 where it is hidden
 * @property {number} count completions, 1 to 64
 * @property {number} seed 0 to 2³² − 1; completion i depends on seed and i, not on count
 * @property {number} [temperature] above 0, by default 1; below 1 keeps closer to the likeliest
 * @property {(pixel: PixelEvent) => void} [onPixel] called for each hidden pixel in raster order
 * @property {AbortSignal} [signal]
 */

/**
 * @typedef {object} Completions
 * @property {Uint8Array} images count × 784
 * @property {Float64Array} logLikelihood nats of the hidden pixels at temperature 1, one a completion
 */

/**
 * @typedef {object} LikelihoodOptions
 * @property {string} [model]
 * @property {Uint8Array} images n × 784 values
 * @property {Uint8Array} [known] n × 784 values: with it, the nats of the hidden pixels alone
 * @property {AbortSignal} [signal]
 */

/**
 * @typedef {object} ProbabilityOptions
 * @property {string} [model]
 * @property {Uint8Array} pixels 784 values, hidden pixels too
 * @property {Uint8Array} known 784 values
 * @property {AbortSignal} [signal]
 */

/**
 * @typedef {object} SampleOptions
 * @property {string} model
 * @property {number} count 1 to 1024; of a PixelCNN 1 to 64
 * @property {number} seed
 * @property {number | Uint8Array} [label] the class, or one a picture; of a conditional model
 * @property {boolean} [binary] draws each pixel, where a decoder's probabilities are not wanted
 * @property {AbortSignal} [signal]
 */

/**
 * @typedef {object} DecodeOptions
 * @property {string} model
 * @property {Float32Array} latents n × d
 * @property {Uint8Array} [labels] n classes, of a conditional model
 * @property {AbortSignal} [signal]
 */

/**
 * @typedef {object} EncodeOptions
 * @property {string} model
 * @property {Float32Array} images n × 784 values from 0 to 1
 * @property {Uint8Array} [labels] n classes, of a conditional model
 * @property {AbortSignal} [signal]
 */

/**
 * @typedef {object} Codes
 * @property {Float32Array} mean n × d
 * @property {Float32Array | null} logVariance n × d; null of an autoencoder
 */

/**
 * @typedef {object} ElboOptions
 * @property {string} model a VAE
 * @property {Float32Array} images n × 784 values, 0 or 1
 * @property {number} seed
 * @property {number} samples draws of z a picture, 1 to 5000
 * @property {number | Uint8Array} [label] the class, or one a picture; of a conditional model
 * @property {AbortSignal} [signal]
 */

/**
 * @typedef {object} Elbo
 * @property {Float64Array} elbo n nats
 * @property {Float64Array} reconstruction n nats: −E log p(x|z), mean over the draws
 * @property {Float64Array} kl n × d nats
 */

/**
 * @typedef {object} TrainSettings
 * @property {number} [batch] pictures a step
 * @property {number} [learningRate]
 * @property {number} [beta] weight of the KL divergence
 * @property {number} [warmUp] steps over which β grows from 0
 * @property {number} [latent] size of the code
 * @property {number} [epochs] training is finished after so many
 * @property {number} [patience] or after so many epochs without gain on held-out pictures; 0: never
 * @property {boolean} [conditional] whether the model is told the class
 * @property {'bernoulli' | 'squared'} [loss] of an autoencoder
 */

/**
 * @typedef {object} TrainOptions
 * @property {'vae' | 'autoencoder' | 'pixelcnn'} model
 * @property {string} [preset]
 * @property {Dataset} [dataset]
 * @property {'auto' | 'cpu' | 'webgpu'} [device]
 * @property {number} [seed]
 * @property {TrainSettings} [options]
 * @property {Uint8Array} [weights] safetensors to begin with
 * @property {Uint8Array} [snapshot] of a run, to go on from
 * @property {boolean} [paused] does not begin to train
 * @property {(status: RunStatus) => void} [onStatus] hears of every change
 * @property {(progress: Progress) => void} [onProgress]
 */

/**
 * @typedef {object} Parts
 * @property {number} loss nats a picture: reconstruction + β·KL
 * @property {number} reconstruction
 * @property {number} kl
 */

/**
 * What one step did.
 * @typedef {object} Metrics
 * @property {number} step
 * @property {number} epoch
 * @property {number} loss
 * @property {number} reconstruction
 * @property {number} kl
 * @property {number} gradientNorm
 * @property {number} learningRate
 * @property {number} milliseconds
 * @property {number} picturesPerSecond
 * @property {'cpu' | 'webgpu'} device
 * @property {Parts} [validation] on held-out pictures, at the end of an epoch
 */

/**
 * @typedef {object} RunStatus
 * @property {'loading' | 'running' | 'paused' | 'finished' | 'failed'} state
 * @property {'cpu' | 'webgpu' | null} device what trains now
 * @property {string | null} adapter the GPU's name
 * @property {{ cpu?: number, webgpu?: number }} speeds measured milliseconds a step
 * @property {WarmUp} [warmUp] a GPU that is being got ready
 * @property {string} [message] what changed by itself, or why the run failed
 * @property {'no-webgpu' | 'cpu-faster' | 'gpu-faster' | 'lost' | 'restarted'} [reason] what changed by itself
 * @property {import('./error.js').ErrorCode} [cause] why there is no WebGPU
 * @property {number} [from] the step that the run went back to, or on from, by itself
 * @property {import('./error.js').ErrorCode} [code] why the run failed
 */

/**
 * @typedef {object} WarmUp
 * @property {number} done steps tried
 * @property {number} total steps to try
 * @property {number} pipelines shaders compiled so far
 * @property {number} loaded bytes of the bundle loaded so far
 */
