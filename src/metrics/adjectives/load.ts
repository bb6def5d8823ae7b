import { readModel } from './model.ts';
import { Tagger } from './tagger.ts';

let loaded: Tagger | undefined;

/** The tagger with the committed weights, read from disk at the first call and kept for the process's life. */
export function loadTagger(): Tagger {
  loaded ??= new Tagger(readModel());
  return loaded;
}
