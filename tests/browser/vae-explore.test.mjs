// Exploring trained weights: each section with a real pointer, keyboard and the pretrained models.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { DIST, setUp } from './harness.mjs';
import { overflow } from './page.mjs';

const { site, browser } = await setUp();

const SECTIONS = ['map', 'sample', 'infer', 'between', 'dials', 'holes', 'bound', 'complete'];

/** Opens the page that trains, with the explorer's settings in its address. */
const visit = (run, hash = '', options = {}) => browser.visit(`${site.url}vae.html${hash}`, options, run);

/** Scrolls to a section and waits until it shows something. */
async function show(page, id) {
  await page.waitForSelector(`#x-${id}`);
  await page.evaluate((section) => document.querySelector(`#x-${section}`).scrollIntoView(), id);
  await page.waitForFunction((section) => [...document.querySelectorAll(`#x-${section} canvas`)].some((each) => each.ariaLabel), id);
  await settled(page);
}

/** Waits until the pictures that were asked for have been painted. */
async function settled(page) {
  let last = '';
  for (;;) {
    await page.waitForTimeout(120);
    const now = (await page.$$eval('.explore canvas', (all) => all.map((each) => each.toDataURL().length).join())) + (await page.textContent('.explore'));
    if (now === last) return;
    last = now;
  }
}

const look = (page, selector) => page.$eval(`${selector} canvas`, (canvas) => canvas.toDataURL());
/** The first number of an element's text. */
async function figure(page, selector) {
  const text = await page.textContent(selector);
  return Number(text.match(/[−-]?[\d,]+(\.\d+)?/)[0].replace('−', '-').replaceAll(',', ''));
}
const choose = async (page, test) => {
  const value = await page.$$eval('#x-weights option', (all, wanted) => all.find((each) => new RegExp(wanted).test(each.textContent))?.value, test);
  assert.ok(value, `there are weights like ${test}`);
  await page.selectOption('#x-weights', value);
  await page.waitForFunction((name) => document.querySelector('#x-about').textContent.includes(name), value);
  await settled(page);
};

test('a point is dragged over the map, and its picture follows', () =>
  visit(async (page) => {
    await show(page, 'map');
    assert.equal(await page.textContent('#x-map-readout'), 'z₁ = 0.00, z₂ = 0.00');
    const middle = await look(page, '#x-map-picture');
    const box = await page.locator('#x-map-plane canvas').boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.3, { steps: 6 });
    await page.mouse.up();
    await settled(page);
    assert.notEqual(await look(page, '#x-map-picture'), middle);
    assert.match(await page.textContent('#x-map-readout'), /^z₁ = −\d\.\d\d, z₂ = \d\.\d\d$/);
    await page.waitForFunction(() => /x-z=-\d\.\d\d_\d\.\d\d/.test(location.hash));
    await page.keyboard.press('Home');
    await settled(page);
    assert.equal(await look(page, '#x-map-picture'), middle);
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('ArrowUp');
    await settled(page);
    assert.match(await page.textContent('#x-map-readout'), /^z₁ = 0\.5\d, z₂ = 0\.1\d$/);
    const plain = await look(page, '#x-map-plane');
    await page.check('#x-map-codes');
    await settled(page);
    assert.notEqual(await look(page, '#x-map-plane'), plain);
  }));

test('a latent is decoded in less than a frame', () =>
  visit(async (page) => {
    await show(page, 'map');
    const median = await page.evaluate(async () => {
      const { Engine } = await import('./js/engine.js');
      const engine = await Engine.start();
      const { name } = (await engine.models()).find(({ kind, latent, conditional }) => kind === 'vae' && latent === 2 && !conditional);
      const times = [];
      for (let draw = 0; draw < 40; draw++) {
        const begun = performance.now();
        await engine.decode({ model: name, latents: Float32Array.of(draw / 20, 0) });
        times.push(performance.now() - begun);
      }
      engine.stop();
      return times.toSorted((a, b) => a - b)[20];
    });
    assert.ok(median < 16, `${median} ms`);
  }));

test('samples are the seed’s own, as means or as drawn pixels', () =>
  visit(async (page) => {
    await show(page, 'sample');
    const first = await look(page, '#x-samples');
    await page.click('#x-dice');
    await settled(page);
    assert.notEqual(await look(page, '#x-samples'), first);
    await page.fill('#x-seed', '7');
    await page.press('#x-seed', 'Enter');
    await settled(page);
    assert.equal(await look(page, '#x-samples'), first);
    await page.click('#x-styles [value=draws]');
    await settled(page);
    assert.notEqual(await look(page, '#x-samples'), first);
    await page.fill('#x-count', '5');
    await settled(page);
    assert.equal(await page.getAttribute('#x-samples canvas', 'aria-label'), '5 samples');
    await page.fill('#x-seed', '5000000000');
    await page.press('#x-seed', 'Enter');
    assert.equal(await page.getAttribute('#x-seed', 'aria-invalid'), 'true');
  }));

test('what the explorer shows of a seed is what the engine gives for it', () =>
  visit(async (page) => {
    const engine = (method, options) =>
      page.evaluate(
        async ([name, given]) => {
          const { Engine } = await import('./js/engine.js');
          window.ours ??= await Engine.start();
          if (given.images) given.images = Float32Array.from(given.images);
          const found = await window.ours[name](given);
          return Object.fromEntries(Object.entries(found).map(([key, values]) => [key, [...values]]));
        },
        [method, options],
      );
    await show(page, 'sample');
    const model = await page.inputValue('#x-weights');
    for (const [style, binary] of [['means', false], ['draws', true]]) {
      await page.click(`#x-styles [value=${style}]`);
      await settled(page);
      const [shown, width] = await page.$eval('#x-samples canvas', (canvas) => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return [[...data].filter((_, index) => index % 4 === 0), canvas.width];
      });
      const { images } = await engine('sample', { model, count: 3, seed: 7, binary });
      // Between paper and ink the colours are the theme's: the lightest and the darkest pixel tell them.
      const first = images.slice(0, 784);
      const inkOf = (index) => shown[Math.floor(index / 28) * width + (index % 28)];
      const [least, most] = [Math.min(...first), Math.max(...first)];
      const [light, dark] = [least, most].map((value) => inkOf(first.indexOf(value)));
      first.forEach((value, index) => {
        const found = least + ((inkOf(index) - light) / (dark - light)) * (most - least);
        assert.ok(Math.abs(found - value) < 0.05, `${style}, pixel ${index}: ${found}, not ${value}`);
      });
    }
    await show(page, 'infer');
    const images = await page.evaluate(async () => {
      const { digitsOf, pictureAt } = await import('./js/vae/explore/digits.js');
      return [...pictureAt(await digitsOf('mnist'), Number(new URLSearchParams(location.hash.slice(1)).get('x-t') ?? 0))];
    });
    const once = await engine('elbo', { model, images, seed: 0, samples: 1 });
    assert.ok(Math.abs((await figure(page, '#x-elbo')) - once.elbo[0]) < 0.06, `${once.elbo[0]}`);
    await show(page, 'bound');
    const often = await engine('elbo', { model, images, seed: 1, samples: 500 });
    const bound = await figure(page, '#x-bound-values > :last-child dd');
    assert.ok(Math.abs(bound - often.elbo[0]) < 0.06, `${bound}, not ${often.elbo[0]}`);
  }));

test('a drawing goes through the encoder: its ellipse, its z, its picture and its bound follow', () =>
  visit(async (page) => {
    await show(page, 'infer');
    const before = [await look(page, '#x-infer-plane'), await look(page, '#x-infer-picture'), await page.textContent('#x-elbo')];
    const box = await page.locator('#x-canvas canvas').boundingBox();
    await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, box.y + box.height * 0.25, { steps: 6 });
    await page.mouse.up();
    await settled(page);
    const after = [await look(page, '#x-infer-plane'), await look(page, '#x-infer-picture'), await page.textContent('#x-elbo')];
    before.forEach((each, index) => assert.notEqual(after[index], each));
    await page.waitForFunction(() => location.hash.includes('x-d='));
    const [reconstruction, kl, elbo] = [await figure(page, '#x-reconstruction'), await figure(page, '#x-kl'), await figure(page, '#x-elbo')];
    assert.ok(Math.abs(reconstruction - kl - elbo) < 0.11, `${reconstruction} − ${kl} = ${elbo}`);
    await page.click('#x-noise');
    await settled(page);
    assert.equal(await figure(page, '#x-kl'), kl, 'the noise does not change q');
    assert.notEqual(await look(page, '#x-infer-plane'), after[0]);
    await page.locator('#x-picks button').nth(4).click();
    await settled(page);
    assert.equal(await page.locator('#x-picks button').nth(4).getAttribute('aria-pressed'), 'true');
    assert.ok(!(await page.evaluate(() => location.hash)).includes('x-d='));
    await page.focus('#x-canvas canvas');
    await page.keyboard.press('Shift+ArrowRight');
    await settled(page);
    assert.match(await page.textContent('#x-canvas-status'), /^Row 15, column 16: ink$/);
  }));

test('one walks from a picture to another, in the latent space and in pixels', () =>
  visit(async (page) => {
    await show(page, 'between');
    await page.fill('#x-along', '0');
    await settled(page);
    const start = await look(page, '#x-between-pixels');
    await page.fill('#x-along', '100');
    await settled(page);
    const end = [await look(page, '#x-between-latent'), await look(page, '#x-between-pixels')];
    assert.notEqual(end[1], start);
    await page.locator('#x-others button').nth(1).click();
    await settled(page);
    assert.notEqual(await look(page, '#x-between-latent'), end[0]);
    assert.notEqual(await look(page, '#x-between-pixels'), end[1]);
  }));

test('each of twenty latents has a slider and its KL', () =>
  visit(async (page) => {
    await show(page, 'map');
    await choose(page, '^VAE, 20 latents, MNIST$');
    await show(page, 'dials');
    assert.equal(await page.locator('#x-dials-list li').count(), 20);
    const amounts = await page.locator('#x-dials-list .amount').allTextContents();
    const nats = amounts.map((text) => Number(text.match(/[\d.]+/)[0]));
    assert.deepEqual(nats, nats.toSorted((a, b) => b - a), 'the most used one first');
    const unused = await page.locator('#x-dials-list .unused').count();
    assert.equal(unused, nats.filter((each) => each < 0.05).length);
    assert.match(await page.textContent('#x-dials-note'), new RegExp(`^${20 - unused} of 20 `));
    const before = await look(page, '#x-dials-picture');
    await page.locator('#x-dials-list input').first().focus();
    for (let presses = 0; presses < 20; presses++) await page.keyboard.press('ArrowRight');
    await settled(page);
    assert.notEqual(await look(page, '#x-dials-picture'), before);
    await page.click('#x-dials-mine');
    await settled(page);
    assert.equal(await look(page, '#x-dials-picture'), before);
    await show(page, 'map');
    assert.match(await page.textContent('#x-map-note'), /20-dimensional/);
  }));

/** Half-precision weights of the model of twenty latents whose last five say nothing: mean 0, variance 1. */
function withoutFive(bytes) {
  const changed = Buffer.from(bytes);
  const length = Number(changed.readBigUInt64LE(0));
  const header = JSON.parse(changed.subarray(8, 8 + length).toString());
  for (const name of ['encoder.output.weight', 'encoder.output.bias']) {
    const { dtype, data_offsets: [from, to] } = header[name];
    assert.equal(dtype, 'F16');
    for (let at = from; at < to; at += 2) {
      // Twenty means, then twenty log-variances, of each hidden unit.
      if (((at - from) / 2) % 20 >= 15) changed.writeUInt16LE(0, 8 + length + at);
    }
  }
  return changed;
}

test('latents that a model does not use are marked, on the sliders and beside the map', async () => {
  const folder = `${DIST}pretrained/vae-mlp-20/`;
  const crafted = withoutFive(await readFile(`${folder}model.safetensors`));
  const config = JSON.parse(await readFile(`${folder}config.json`, 'utf8'));
  config.sha256 = createHash('sha256').update(crafted).digest('hex');
  site.faults.set('pretrained/vae-mlp-20/model.safetensors', () => crafted);
  site.faults.set('pretrained/vae-mlp-20/config.json', () => JSON.stringify(config));
  await visit(async (page) => {
    await page.waitForSelector('#nats li');
    assert.equal(await page.locator('#nats li.unused').count(), 5);
    assert.match(await page.getAttribute('#nats li:nth-child(18)', 'aria-label'), /unused/);
    await show(page, 'dials');
    await choose(page, '^VAE, 20 latents, MNIST$');
    const items = await page.$$eval('#x-dials-list li', (all) => all.map((each) => [each.className, each.textContent]));
    assert.equal(items.length, 20);
    items.forEach(([name, text], place) => {
      assert.equal(name === 'unused', place >= 15, text);
      assert.equal(/unused/.test(text), place >= 15, text);
    });
    assert.match(await page.textContent('#x-dials-note'), /15 of 20/);
    const before = await look(page, '#x-dials-picture');
    await page.focus('#x-dials-list li:last-child input');
    await page.keyboard.press('End');
    await settled(page);
    assert.notEqual(await look(page, '#x-dials-picture'), before, 'the decoder still hears it: only the encoder does not say it');
  }).finally(() => site.faults.clear());
});

test('the autoencoder’s codes lie beyond N(0, I) more often than the VAE’s', () =>
  visit(async (page) => {
    await show(page, 'holes');
    const share = (kind) => figure(page, `#x-holes [data-kind=${kind}] .x-verdict`);
    const [autoencoder, vae] = [await share('autoencoder'), await share('vae')];
    assert.ok(autoencoder > vae, `${autoencoder} % and ${vae} %`);
    assert.notEqual(await look(page, '#x-holes [data-kind=vae] .x-sheet'), await look(page, '#x-holes [data-kind=autoencoder] .x-sheet'));
  }));

test('every term of the derivation shows its value, and they add up', () =>
  visit(async (page) => {
    await show(page, 'bound');
    const values = (await page.locator('#x-bound-values dd').allTextContents()).map((text) => Number(text.match(/[−\d.,]+/)[0].replace('−', '-').replaceAll(',', '')));
    const [evidence, reconstruction, kl, gap, bound] = values;
    assert.ok(Math.abs(reconstruction - kl - bound) < 0.11, values.join());
    assert.ok(Math.abs(evidence - gap - bound) < 0.11, values.join());
    assert.ok(gap >= 0 && kl > 0 && evidence < 0, values.join());
    const terms = page.locator('.x-term[data-term=kl]');
    assert.ok((await terms.count()) >= 2);
    await terms.first().focus();
    for (const term of await terms.all()) assert.equal(await term.getAttribute('aria-pressed'), 'true');
    assert.match(await page.textContent('#x-bound-meaning'), /N\(0, I\)/);
    await page.locator('.x-term[data-term=gap]').first().hover();
    assert.match(await page.textContent('#x-bound-meaning'), /never below 0/);
    assert.ok((await page.locator('#x-bound math').count()) > 10);
    assert.equal(await page.locator('[data-tex]').count(), 0);
  }));

test('VAE and PixelCNN both finish the half that is given, and say what they know of its likelihood', () =>
  visit(async (page) => {
    await show(page, 'complete');
    await page.waitForFunction(() => /60 of 60/.test(document.querySelector('#x-complete-vae-note').textContent));
    await page.waitForFunction(() => /= /.test(document.querySelector('#x-nats-pixelcnn').textContent));
    assert.match(await page.textContent('#x-nats-pixelcnn'), /^= −\d+\.\d nats$/);
    assert.match(await page.textContent('#x-nats-vae'), /^≥ −\d+\.\d nats$/);
    assert.ok((await figure(page, '#x-nats-pixelcnn')) > (await figure(page, '#x-nats-vae')));
    const before = await look(page, '#x-complete-pixelcnn');
    await page.click('#x-halves [value=left]');
    await page.waitForFunction(() => /60 of 60/.test(document.querySelector('#x-complete-vae-note').textContent));
    await settled(page);
    assert.notEqual(await look(page, '#x-complete-pixelcnn'), before);
  }));

test('an autoencoder has no bound, and the page says so', () =>
  visit(async (page) => {
    await show(page, 'map');
    await choose(page, '^Autoencoder, 2 latents, MNIST$');
    await show(page, 'infer');
    assert.equal(await page.textContent('#x-elbo'), 'none');
    await show(page, 'bound');
    assert.ok(await page.isVisible('#x-bound-missing'));
    assert.ok(await page.isHidden('#x-bound-live'));
  }));

test('a link shows the same again', async () => {
  const hash = '#x-seed=5&x-n=9&x-z=1.25_-0.50&x-t=30&x-to=61&x-at=25&x-e=3&x-half=top';
  const seen = [];
  for (let again = 0; again < 2; again++) {
    await visit(async (page) => {
      const pictures = [];
      for (const [id, place] of [['map', '#x-map-picture'], ['sample', '#x-samples'], ['infer', '#x-infer-picture'], ['between', '#x-between-latent']]) {
        await show(page, id);
        pictures.push(await look(page, place));
      }
      assert.equal(await page.textContent('#x-map-readout'), 'z₁ = 1.25, z₂ = −0.50');
      assert.equal(await page.inputValue('#x-along'), '25');
      seen.push(pictures);
    }, hash);
  }
  assert.deepEqual(seen[0], seen[1]);
});

test('test pictures that do not arrive are told of, and trying again mends it', async () => {
  site.faults.set('data/mnist/t10k-labels-idx1-ubyte.gz', 404);
  await visit(
    async (page) => {
      await page.waitForSelector('#x-map');
      await page.evaluate(() => document.querySelector('#x-map').scrollIntoView());
      await page.waitForSelector('#x-retry:not([hidden])');
      assert.match(await page.textContent('#x-status'), /^This did not work: A file did not arrive/);
      site.faults.clear();
      await page.click('#x-retry');
      await show(page, 'map');
      assert.equal(await page.textContent('#x-status'), '');
    },
    '',
    { expectErrors: true },
  );
});

for (const [width, height, locale, colorScheme] of [[360, 640, 'en', 'light'], [390, 844, 'zh-CN', 'dark'], [768, 1024, 'en', 'dark'], [1280, 800, 'zh-CN', 'light'], [1920, 1080, 'en', 'light']]) {
  test(`all is in view, named and large enough at ${width} by ${height} in ${locale}`, () =>
    visit(
      async (page) => {
        for (const id of SECTIONS) await show(page, id);
        assert.ok((await overflow(page)) <= 0, `${await overflow(page)} px too wide`);
        const small = await page.$$eval('.explore :is(button, select, input:not([type=checkbox]))', (all) =>
          all
            .filter((each) => each.checkVisibility())
            .map((each) => [each.id || each.className || each.ariaLabel, each.getBoundingClientRect()])
            .filter(([, box]) => box.width < 39.5 || box.height < 39.5)
            .map(([name, box]) => `${name} ${box.width}×${box.height}`),
        );
        assert.deepEqual(small, []);
        const text = await page.evaluate(() =>
          [document.querySelector('.explore').innerText, ...[...document.querySelectorAll('.explore :is([aria-label], [title])')].flatMap((each) => [each.ariaLabel, each.title])].join('\n'),
        );
        assert.doesNotMatch(text, /\bexplore\.[a-z]|\{\w+\}|undefined|NaN/);
        const snapshot = await page.locator('.explore').ariaSnapshot();
        const nameless = snapshot.match(/- (button|checkbox|radio|slider|combobox|textbox|img|application)( \[[^\]]*\])*(:.*)?$/gm) ?? [];
        assert.deepEqual(nameless, []);
        assert.equal(await page.evaluate(() => document.querySelector('.explore').getAnimations({ subtree: true }).length), 0);
      },
      '',
      { context: { viewport: { width, height }, hasTouch: width < 800, isMobile: width < 800, locale, colorScheme, reducedMotion: 'reduce' } },
    ));
}

test('a finger moves the point on the map, and the page stays where it is', () =>
  visit(
    async (page, context) => {
      await show(page, 'map');
      await page.locator('#x-map-plane').scrollIntoViewIfNeeded();
      const before = await page.textContent('#x-map-readout');
      const scrolled = await page.evaluate(() => window.scrollY);
      const box = await page.locator('#x-map-plane canvas').boundingBox();
      const touch = await context.newCDPSession(page);
      const at = (x, y) => [{ x: box.x + box.width * x, y: box.y + box.height * y }];
      await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0.5, 0.7) });
      for (let step = 1; step <= 5; step++) await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(0.5, 0.7 - step * 0.1) });
      await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
      await settled(page);
      assert.notEqual(await page.textContent('#x-map-readout'), before);
      assert.equal(await page.evaluate(() => window.scrollY), scrolled);
    },
    '',
    { context: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
  ));
