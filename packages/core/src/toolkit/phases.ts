import type { Reporter } from '../model/progress.ts';
import type { Plan, StepKind } from '../plan/document.ts';

/** The phases of a build by the kinds of step that belong to each, in the order people read them. */
const PHASES: readonly { readonly name: string; readonly kinds: readonly StepKind[] }[] = [
  { name: 'sources', kinds: ['file', 'url', 'debian', 'extract'] },
  { name: 'components', kinds: ['go-build', 'c-build', 'go-licences', 'debian-licences'] },
  { name: 'packages', kinds: ['keyring', 'package'] },
  { name: 'images', kinds: ['layer', 'image', 'image-index'] },
  { name: 'manifests', kinds: ['manifests'] },
  { name: 'installers', kinds: ['installer'] },
];

/** Announces the phases of a plan that have steps, and passes on a run's events with the phase of each step. */
export function reportPhases(plan: Plan, report: Reporter): Reporter {
  const phaseOf = new Map<string, string>();
  for (const { name, kinds } of PHASES) {
    const steps = plan.steps.filter((step) => kinds.includes(step.kind));
    for (const step of steps) phaseOf.set(step.id, name);
    if (steps.length > 0) report({ type: 'phase', phase: name, total: steps.length });
  }
  return (event) => {
    // The build's own phase is all of these together.
    if (event.type === 'phase') return;
    if (event.type !== 'step-start' && event.type !== 'step-end') return report(event);
    const phase = phaseOf.get(event.id);
    report(phase === undefined ? event : { ...event, phase });
  };
}
