import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Message } from '@huggingface/transformers';
import { z } from 'zod';
import { ModelError } from '../../model-error.ts';
import type { Style } from '../engine.ts';
import type { LoadedModel } from './load-model.ts';

/** What a chat model is told. */
export interface VlmPrompt {
  readonly system?: string;
  readonly user: string;
}

/** The words that go with a picture; undefined for a model that takes none. */
export interface Words {
  /** As the processor gets them. */
  readonly text: string;
  /** The task of a model that was trained on fixed ones. */
  readonly task?: string;
}

/** What of a model writes and reads words. */
type Speaking = Pick<LoadedModel, 'family' | 'processor' | 'tokenizer' | 'chatTemplate'>;

const TemplateFile = z.object({ chat_template: z.string() });

/**
 * A chat template that lies beside the tokenizer's settings, where newer repositories have it and not every processor
 * of transformers.js looks.
 */
export async function readChatTemplate(folder: string): Promise<string | undefined> {
  const read = (name: string) => readFile(path.join(folder, name), 'utf8').catch(() => undefined);
  const jinja = await read('chat_template.jinja');
  if (jinja !== undefined) return jinja;
  const json = await read('chat_template.json');
  return json === undefined ? undefined : TemplateFile.safeParse(JSON.parse(json)).data?.chat_template;
}

/**
 * Writes the prompt as a model's family wants it.
 *
 * @throws ModelError `model-unsupported` where the chat template has no place for a picture
 */
export function writeWords(
  speaking: Speaking,
  name: string,
  style: Style,
  prompt: VlmPrompt,
): Words | undefined {
  const { question } = speaking.family;
  switch (question.kind) {
    case 'picture':
      return undefined;
    case 'task': {
      const task = question.tasks[style];
      return { text: task, task };
    }
    case 'chat':
      return { text: fillTemplate(speaking, name, question.imageToken, prompt) };
  }
}

function fillTemplate(
  { processor, tokenizer, chatTemplate }: Speaking,
  name: string,
  token: string | { readonly setting: string },
  { system, user }: VlmPrompt,
): string {
  const imageToken = typeof token === 'string' ? token : String(tokenizer.config[token.setting]);
  // Not every template has a place for a system message; every one has for the user's.
  const words = system === undefined ? user : `${system}\n\n${user}`;
  const settings = {
    add_generation_prompt: true,
    tokenize: false,
    ...(chatTemplate === undefined ? {} : { chat_template: chatTemplate }),
    // A description needs no reasoning; templates that know no such setting do not look at it.
    enable_thinking: false,
  };
  const contents = [[{ type: 'image' }, { type: 'text', text: words }], `${imageToken}\n${words}`];
  let fault: unknown;
  for (const content of contents) {
    try {
      const messages = [{ role: 'user', content }] as Message[];
      const filled = processor.apply_chat_template(messages, settings) as string;
      // Some templates take the content as a list of parts, some as a string: the right one has the picture in it once.
      if (filled.split(imageToken).length === 2) return filled;
    } catch (error) {
      fault = error;
    }
  }
  throw new ModelError(
    'model-unsupported',
    `${name} has no chat template with a place for a picture.`,
    'Choose the version of the model that was trained to follow instructions ("Instruct", "it").',
    { cause: fault },
  );
}
