// An inference process whose engine names the variables of its environment.
import { serveInference } from '../../../src/inference/isolation/serve-inference.ts';

serveInference(() => ({
  name: 'environment',
  model: 'none',
  async load() {},
  async describe() {
    return { text: JSON.stringify(Object.keys(process.env)) };
  },
  async close() {},
}));
