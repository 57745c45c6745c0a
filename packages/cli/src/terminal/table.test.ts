import { expect, test } from 'vitest';
import { styleFor } from './style.ts';
import { renderTable } from './table.ts';
import { fakeIo } from '../../../../test/support/fake-io.ts';

test('columns are as wide as their widest cell and lines end without spaces', () => {
  const rows = [
    ['kubelet', '1.36.3-1', 'amd64'],
    ['cri-tools', '1.36.0-1', ''],
  ];
  expect(renderTable(rows)).toBe('kubelet    1.36.3-1  amd64\ncri-tools  1.36.0-1\n');
});

test('colour does not count as width', () => {
  const io = fakeIo({ env: { FORCE_COLOR: '1' } });
  const { red } = styleFor(io.stdout, io.env);
  expect(
    renderTable([
      [red('a'), 'x'],
      ['bbb', 'y'],
    ]),
  ).toBe(`${red('a')}    x\nbbb  y\n`);
});

test('no rows are no text', () => {
  expect(renderTable([])).toBe('');
});
