// The inference process: everything that decodes images or runs models is loaded here and not in its parent.
import { createEngine } from '../engines/create-engine.ts';
import { serveInference } from './serve-inference.ts';

serveInference(createEngine);
