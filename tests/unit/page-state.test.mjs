// The state in the address: exact, strict, and short.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellsOf, drawingIn } from '../../web/js/picture.js';
import { Store } from '../../web/js/settings.js';
import { initialState, parseState, printState } from '../../web/js/state.js';

test('an address holds the whole state', () => {
  const hidden = cellsOf('left');
  hidden[5] = 1 - hidden[5];
  const state = {
    ...initialState(), hidden, hide: 'left', fit: true, lesson: 'both', count: 16, seed: 4294967295, temperature: 0.3,
    pick: 'p15', peek: true, at: 0, speed: 'fast', tool: 'unknown', width: 6, theme: 'presenter', language: 'zh-CN',
  };
  assert.deepEqual(parseState(`#${printState(state)}`), { state, problems: [] });
});

test('an empty address is the opening state', () => {
  assert.deepEqual(parseState(''), { state: initialState(), problems: [] });
});

test('a mask that is its region’s own is not written', () => {
  assert.doesNotMatch(printState(initialState()), /&m=/);
  const { state } = parseState(printState({ ...initialState(), hidden: cellsOf('top'), hide: 'top' }));
  assert.deepEqual(state.hidden, cellsOf('top'));
});

test('what cannot be read is named and replaced, the rest is kept', () => {
  for (const bad of ['n=0', 'n=17', 'n=3.5', 'n=', 'seed=-1', 'seed=4294967296', 'seed=1e3', 't=0', 't=9', 't=NaN', 'hide=all', 'fit=yes', 'model=x', 'pick=c16', 'pick=x1', 'at=785', 'w=0', 'tool=bomb', 'theme=x', 'lang=fr', 'm=AAA', 'other=1']) {
    const { state, problems } = parseState(`${bad}&speed=fast`);
    assert.deepEqual(problems, [bad.split('=')[0]], bad);
    assert.deepEqual(state, { ...initialState(), speed: 'fast' }, bad);
  }
});

test('a setting given twice is a problem, and the first one counts', () => {
  const { state, problems } = parseState('n=2&n=5');
  assert.equal(state.count, 2);
  assert.deepEqual(problems, ['n']);
});

test('a drawing that cannot be read is replaced as a whole', () => {
  const { state, problems } = parseState('d=!!!&hide=top&n=2');
  assert.deepEqual(problems, ['d']);
  assert.deepEqual(drawingIn(state), drawingIn(initialState()));
  assert.equal(state.count, 2);
});

test('the store tells what changed, and nothing when nothing did', () => {
  const store = new Store(initialState());
  const told = [];
  store.subscribe((_, changed) => told.push([...changed]));
  store.set({ count: 3, seed: 7 });
  store.set({ ink: store.state.ink.slice() });
  store.set({ ink: new Uint8Array(784) });
  assert.deepEqual(told, [['count'], ['ink']]);
});
