import { LRUCache } from 'lru-cache';
import type { z } from 'zod';
import { SlackApiError } from './api-error.ts';
import type { InstalledApp } from './app.ts';
import { type BlockJson, findDuplicates, validateWith } from './blocks/validate-blocks.ts';
import { homeView, modalView } from './blocks/views.ts';
import type { World } from './world.ts';

const MAX_MODALS = 500;
const MAX_STACK = 3;
const MAX_VIEW_CHARS = 250_000;

export interface StoredView {
  readonly id: string;
  readonly personId: string;
  readonly rootId: string;
  readonly previousId: string | null;
  json: Record<string, unknown> & { readonly blocks: readonly BlockJson[] };
}

type ValidView = Readonly<Record<string, unknown>> & { readonly blocks: readonly BlockJson[] };

/** The modals that are open, and each person's App Home. */
export class Views {
  readonly #world: World;
  readonly #app: InstalledApp;
  readonly #modals = new LRUCache<string, StoredView>({ max: MAX_MODALS });
  readonly #homes = new Map<string, StoredView>();

  constructor(world: World, app: InstalledApp) {
    this.#world = world;
    this.#app = app;
  }

  find(id: string): StoredView | undefined {
    return this.#modals.get(id) ?? [...this.#homes.values()].find(home => home.id === id);
  }

  homeOf(personId: string): StoredView | undefined {
    return this.#homes.get(personId);
  }

  /** @throws SlackApiError `invalid_arguments` with a sentence for each fault */
  validateModal(view: unknown): ValidView {
    return this.#validate(modalView, view);
  }

  open(personId: string, view: ValidView): Record<string, unknown> {
    return this.#show({ personId, previous: null }, view).json;
  }

  /** Puts a modal on top of another, three at most. */
  push(personId: string, onto: string, view: ValidView): Record<string, unknown> {
    const previous = this.#modals.get(onto);
    if (previous === undefined) throw new SlackApiError('not_found');
    let depth = 1;
    for (let below: StoredView | undefined = previous; below !== undefined; depth++) {
      below = below.previousId === null ? undefined : this.#modals.get(below.previousId);
    }
    if (depth > MAX_STACK) throw new SlackApiError('push_limit_reached');
    return this.#show({ personId, previous }, view).json;
  }

  update(
    target: {
      readonly id: string | undefined;
      readonly externalId: string | undefined;
      readonly hash: string | undefined;
    },
    view: unknown,
  ): Record<string, unknown> {
    const stored =
      target.id === undefined
        ? [...this.#modals.values()].find(one => one.json.external_id === target.externalId)
        : this.#modals.get(target.id);
    if (stored === undefined) throw new SlackApiError('not_found');
    checkHash(stored, target.hash);
    stored.json = this.#render(stored, this.validateModal(view));
    this.#world.tellPerson(stored.personId, { type: 'form', formId: stored.id, json: stored.json });
    return stored.json;
  }

  publish(personId: string, view: unknown, hash: string | undefined): Record<string, unknown> {
    if (!this.#world.users.has(personId)) throw new SlackApiError('user_not_found');
    if (!this.#app.manifest.features.app_home.home_tab_enabled) throw new SlackApiError('not_enabled');
    const valid = this.#validate(homeView, view);
    const known = this.#homes.get(personId);
    if (known !== undefined) checkHash(known, hash);
    const id = known?.id ?? this.#world.ids.next('V');
    const stored: StoredView = known ?? { id, personId, rootId: id, previousId: null, json: { blocks: [] } };
    stored.json = this.#render(stored, valid);
    this.#homes.set(personId, stored);
    this.#world.tellPerson(personId, { type: 'home', json: stored.json });
    return stored.json;
  }

  /** Shows the modal again with what is wrong with it: fields by block id. */
  showErrors(view: StoredView, errors: Readonly<Record<string, string>>): void {
    this.#world.tellPerson(view.personId, { type: 'form', formId: view.id, json: { ...view.json, errors } });
  }

  /** Closes a modal, or the whole stack that it belongs to. */
  close(view: StoredView, isWhole: boolean): void {
    if (!isWhole) this.#modals.delete(view.id);
    else
      for (const one of [...this.#modals.values()])
        if (one.rootId === view.rootId) this.#modals.delete(one.id);
  }

  #show(place: { personId: string; previous: StoredView | null }, view: ValidView): StoredView {
    const id = this.#world.ids.next('V');
    const stored: StoredView = {
      id,
      personId: place.personId,
      rootId: place.previous?.rootId ?? id,
      previousId: place.previous?.id ?? null,
      json: { blocks: [] },
    };
    stored.json = this.#render(stored, view);
    this.#modals.set(id, stored);
    this.#world.tellPerson(place.personId, { type: 'form', formId: id, json: stored.json });
    return stored;
  }

  #validate(schema: z.ZodType<ValidView>, view: unknown): ValidView {
    const valid = validateWith(schema, view, '/view', 'invalid_arguments');
    const duplicates = findDuplicates(valid.blocks);
    if (duplicates.length > 0) throw SlackApiError.withMessages('invalid_arguments', duplicates);
    if (JSON.stringify(valid).length > MAX_VIEW_CHARS) throw new SlackApiError('view_too_large');
    return valid;
  }

  /** A view object. docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
  #render(place: Omit<StoredView, 'json'>, view: ValidView): StoredView['json'] {
    return {
      private_metadata: '',
      callback_id: '',
      external_id: '',
      clear_on_close: false,
      notify_on_close: false,
      ...view,
      id: place.id,
      team_id: this.#world.teamId,
      app_id: this.#app.id,
      bot_id: this.#app.botId,
      blocks: view.blocks.map(block => ({ block_id: this.#world.ids.next('b').toLowerCase(), ...block })),
      state: { values: {} },
      hash: `${Math.floor(this.#world.now() / 1000)}.${this.#world.ids.next('h').toLowerCase()}`,
      root_view_id: place.rootId,
      previous_view_id: place.previousId,
    };
  }
}

function checkHash(stored: StoredView, hash: string | undefined): void {
  if (hash !== undefined && stored.json.hash !== hash) throw new SlackApiError('hash_conflict');
}
