import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv, type AnySchema, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

/** The published schemas that documents of a release are held against. */
export type PublishedSchema = 'CycloneDX 1.6' | 'SPDX 2.3';

const compiled = new Map<PublishedSchema, ValidateFunction>();

/** What a published schema finds wrong with a document; empty for nothing. */
export function schemaErrors(schema: PublishedSchema, document: unknown): readonly string[] {
  const validate = compiled.get(schema) ?? (schema === 'SPDX 2.3' ? compileSpdx() : compileCycloneDx());
  compiled.set(schema, validate);
  validate(document);
  return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
}

function compileSpdx(): ValidateFunction {
  const file = fileURLToPath(new URL('../fixtures/spdx/spdx-schema-2.3.json', import.meta.url));
  return newAjv().compile(readSchema(file));
}

function compileCycloneDx(): ValidateFunction {
  const library = dirname(createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json'));
  const read = (name: string): AnySchema => readSchema(join(library, 'res/schema', `${name}.SNAPSHOT.schema.json`));
  const ajv = newAjv();
  // By the names under which the main schema refers to them.
  for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs']) {
    ajv.addSchema(read(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  }
  return ajv.compile(read('bom-1.6'));
}

function newAjv(): Ajv {
  const ajv = new Ajv({ allErrors: true, strict: false });
  formats.default(ajv);
  // The international forms of what ajv-formats knows; none of our documents needs them.
  ajv.addFormat('iri-reference', (text: string) => URL.canParse(text, 'https://base.example'));
  ajv.addFormat('idn-email', /^\S+@\S+$/);
  return ajv;
}

function readSchema(file: string): AnySchema {
  return JSON.parse(readFileSync(file, 'utf8')) as AnySchema;
}
