import { describe, expect, test } from 'vitest';
import { testSpec } from '../../../../../test/support/package-spec.ts';
import { scriptsOf } from './scripts.ts';

const unit = { name: 'node-agent.service', text: '[Service]\n', enable: true, start: true };

describe('scriptsOf', () => {
  test('makes none for a package that needs none', () => {
    expect(scriptsOf(testSpec())).toEqual({});
    expect(scriptsOf(testSpec({ scripts: { preInstall: ' \n' } }))).toEqual({});
  });

  test('keeps own scripts as they are where nothing follows', () => {
    const scripts = { preInstall: 'a\n', postInstall: 'b', preRemove: 'c', postRemove: 'd' };
    expect(scriptsOf(testSpec({ scripts }))).toEqual({ ...scripts, preInstall: 'a' });
  });

  test('wraps an own script that something follows', () => {
    const { postInstall, preRemove } = scriptsOf(
      testSpec({ units: [unit], scripts: { postInstall: 'exit 3', preRemove: 'exit 4' } }),
    );
    expect(postInstall).toMatch(/^\(\nexit 3\n\)\nstatus=\$\?\n\[ \$status -eq 0 \] \|\| exit \$status\nif/);
    expect(preRemove).toMatch(/fi\nexit 4$/);
  });

  test('enables only units that want it, and never starts a template', () => {
    const template = { ...unit, name: 'node-agent@.service' };
    const { postInstall = '', postRemove } = scriptsOf(
      testSpec({ units: [template, { ...unit, name: 'b.timer', enable: false, start: false }] }),
    );
    expect(postInstall).toContain('install-system-units node-agent@.service ||');
    expect(postInstall).not.toContain('systemctl start');
    expect(postInstall).not.toContain('b.timer');
    expect(postRemove).toBeUndefined();
  });

  test('starts a unit that is not enabled when it is told to', () => {
    const { postInstall } = scriptsOf(testSpec({ units: [{ ...unit, enable: false }] }));
    expect(postInstall).toContain('systemctl start node-agent.service || :');
    expect(postInstall).not.toContain('preset');
  });
});
