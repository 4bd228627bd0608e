// Play and pause while one run takes the place of another.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Driver } from '../../web/js/train/driver.js';

/** A training that only remembers what it was asked. */
function made() {
  const asked = [];
  const training = {
    run: {},
    playing: false,
    async play() {
      asked.push('play');
      training.playing = true;
    },
    async pause() {
      asked.push('pause');
      training.playing = false;
    },
    async open() {
      asked.push('open');
      training.playing = false;
    },
  };
  return { asked, training, driver: new Driver(training, () => ({}), () => {}) };
}

test('the run there is rests while another one is opened', async () => {
  const { asked, training, driver } = made();
  await driver.play();
  await driver.replace(() => training.open());
  assert.deepEqual(asked, ['play', 'pause', 'open']);
  assert.equal(driver.playing, false);
});

test('what is pressed while a run is opened holds for that run', async () => {
  const { asked, training, driver } = made();
  const opening = driver.replace(() => training.open(), { playing: true });
  assert.equal(driver.playing, true, 'the button says pause');
  await driver.pause();
  assert.equal(driver.playing, false, 'and play when it was pressed');
  await opening;
  assert.deepEqual(asked, ['pause', 'open']);

  const another = driver.replace(() => training.open());
  await driver.play();
  await another;
  assert.deepEqual(asked.slice(2), ['pause', 'open', 'play']);
});

test('an opening that waits gives way to a later one', async () => {
  const { training, driver } = made();
  const opened = [];
  const first = driver.replace(async () => opened.push('first'), { after: 50 });
  const second = driver.replace(async () => opened.push('second'), { playing: true });
  await Promise.all([first, second, driver.settled()]);
  assert.deepEqual(opened, ['second']);
  assert.equal(training.playing, true);
});

test('a run that cannot be opened is not played, and the error is heard', async () => {
  const { asked, driver } = made();
  const refuse = () => Promise.reject(new Error('no'));
  await assert.rejects(driver.replace(refuse, { playing: true }), /no/);
  assert.equal(driver.replacing, false);
  assert.deepEqual(asked, ['pause']);
});

test('play opens a run where there is none, and pause meanwhile keeps it from being played', async () => {
  const { asked, training, driver } = made();
  training.run = null;
  const playing = driver.play();
  await driver.pause();
  await playing;
  assert.deepEqual(asked, ['pause', 'open']);
});
