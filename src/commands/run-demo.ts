import { readConfig } from '../config/env.ts';
import { playVisit, type VisitEvent } from '../sandbox/demo/play-visit.ts';
import type { PretendPlatform } from '../sandbox/pretend-platform.ts';
import type { DemoOptions } from './demo.ts';
import { servePlayground } from './serve-bots.ts';
import { paint, type Terminal } from './terminal.ts';

const TITLES = { discord: 'Discord', slack: 'Slack' } as const;
const WIDTH = 76;

/** @throws NarratorError `demo`, and what `serve` throws */
export async function runDemo(terminal: Terminal, { once = false }: DemoOptions): Promise<void> {
  const { env, signal, stdout } = terminal;
  // Tokens that are set up stay unused: this is a visit to pretend platforms.
  const config = { ...readConfig(env), discord: null, slack: null };
  const visit = async (platforms: readonly PretendPlatform[]) => {
    const began = performance.now();
    for (const platform of platforms) await playVisit(platform, show(terminal), signal);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    stdout.write(`\n${paint(stdout, 'green', `The visit went as it should, in ${seconds} s.`)}\n`);
  };
  await servePlayground(terminal, config, { host: '127.0.0.1' }, { visit, hasPage: !once });
}

function show({ stdout }: Terminal): (event: VisitEvent) => void {
  const line = (text: string) => stdout.write(`${text}\n`);
  return event => {
    switch (event.type) {
      case 'enters':
        line(`\n${paint(stdout, 'bold', `${TITLES[event.platform]}, #${event.channel}`)}`);
        break;
      case 'does':
        line(`\n  ${paint(stdout, 'cyan', event.person)} ${event.what}`);
        break;
      case 'says': {
        const { who, message, onlyFor, isEdit, afterMs } = event;
        const notes = [
          `after ${Math.round(afterMs)} ms`,
          ...(isEdit ? ['in the place of what it said'] : []),
          ...(onlyFor === null ? [] : [`only ${onlyFor} sees it`]),
        ];
        line(`  ${paint(stdout, 'magenta', who)} ${paint(stdout, 'dim', `(${notes.join(', ')})`)}`);
        for (const text of wrap(printable(message.text))) line(`    ${text}`);
        for (const { altText } of message.images) {
          for (const text of wrap(printable(`[picture: ${altText ?? 'no alt text'}]`))) line(`    ${text}`);
        }
        if (message.buttons.length > 0) {
          for (const text of wrap(message.buttons.map(({ label }) => `[${label}]`).join(' '))) {
            line(`    ${paint(stdout, 'dim', text)}`);
          }
        }
        break;
      }
    }
  };
}

/** Without the control characters that could drive the terminal. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\uFFFD');
}

function wrap(text: string): string[] {
  return text.split('\n').flatMap(paragraph => {
    const lines: string[] = [];
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + word.length >= WIDTH) {
        lines.push(line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    return [...lines, line];
  });
}
