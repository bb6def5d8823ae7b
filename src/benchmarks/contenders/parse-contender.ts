import { BenchmarkError } from '../benchmark-error.ts';

/** Who makes the texts, as it was named on the command line. */
export type ContenderSpec =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'vlm'; readonly model: string; readonly revision: string | undefined }
  | { readonly kind: 'endpoint' | 'rewriter'; readonly vendor: Vendor; readonly model: string }
  | { readonly kind: 'recorded'; readonly file: string; readonly name: string };

export type Vendor = 'openai' | 'anthropic';

/** What may be named, for `--help` and messages. */
export const CONTENDER_FORMS = [
  'embedded',
  'vlm:<model>[@revision]',
  'openai:<model>',
  'anthropic:<model>',
  'rewrite:openai:<model>',
  'rewrite:anthropic:<model>',
  'recorded:<file>[=name]',
];

/** @throws BenchmarkError `benchmark-contender` */
export function parseContender(spec: string): ContenderSpec {
  const [kind, rest] = splitAt(spec, ':');
  if (kind === 'embedded' && rest === undefined) return { kind };
  if (kind === 'vlm' && rest) {
    // A folder may have an @ in its name, and is not asked for a revision.
    const at = /^[.~/\\]/.test(rest) ? -1 : rest.lastIndexOf('@');
    const [model, revision] = at > 0 ? [rest.slice(0, at), rest.slice(at + 1)] : [rest, undefined];
    if (revision !== '') return { kind, model, revision };
  }
  if ((kind === 'openai' || kind === 'anthropic') && rest)
    return { kind: 'endpoint', vendor: kind, model: rest };
  if (kind === 'rewrite' && rest) {
    const [vendor, model] = splitAt(rest, ':');
    if ((vendor === 'openai' || vendor === 'anthropic') && model) return { kind: 'rewriter', vendor, model };
  }
  if (kind === 'recorded' && rest) {
    const equals = rest.lastIndexOf('=');
    const [file, name] = equals > 0 ? [rest.slice(0, equals), rest.slice(equals + 1)] : [rest, undefined];
    if (name !== '') return { kind, file, name: name ?? stemOf(file) };
  }
  throw new BenchmarkError(
    'benchmark-contender',
    `“${spec.slice(0, 200)}” is no contender: name one of ${CONTENDER_FORMS.join(', ')}.`,
  );
}

/** As tables show it, and as it is unique in a run. */
export function nameOf(spec: ContenderSpec): string {
  switch (spec.kind) {
    case 'embedded':
      return 'embedded';
    case 'vlm':
      return `vlm:${spec.model}${spec.revision === undefined ? '' : `@${spec.revision}`}`;
    case 'endpoint':
      return `${spec.vendor}:${spec.model}`;
    case 'rewriter':
      return `rewrite:${spec.vendor}:${spec.model}`;
    case 'recorded':
      return spec.name;
  }
}

/**
 * Parameters in billions as a model's name states them ("SmolVLM-256M", "llava-1.5-7b"); null where it states none.
 * Of a mixture of experts ("30B-A3B") it is all of them.
 */
export function parametersIn(name: string): number | null {
  const found = /(?<![a-z0-9.])(\d{1,4}(?:\.\d+)?)(b|m)(?![a-z])/i.exec(name);
  if (!found) return null;
  return found[2]!.toLowerCase() === 'b' ? Number(found[1]) : Number(found[1]) / 1000;
}

function splitAt(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function stemOf(file: string): string {
  const name = file.split(/[/\\]/).at(-1)!;
  return name.replace(/\.(?:jsonl?|ndjson|csv)$/i, '') || name;
}
