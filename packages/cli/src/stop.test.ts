import { expect, test } from 'vitest';
import { fakeIo } from '../../../test/support/fake-io.ts';
import { Stop } from './stop.ts';

test('a signal aborts, and is remembered', () => {
  const io = fakeIo();
  using stop = new Stop(io);
  expect({ aborted: stop.signal.aborted, name: stop.signalName }).toEqual({ aborted: false, name: undefined });
  io.send('SIGTERM');
  expect({ aborted: stop.signal.aborted, name: stop.signalName }).toEqual({ aborted: true, name: 'SIGTERM' });
});

test('after its end nobody listens', () => {
  const io = fakeIo();
  const stop = new Stop(io);
  stop[Symbol.dispose]();
  io.send('SIGINT');
  expect(stop.signal.aborted).toBe(false);
});
