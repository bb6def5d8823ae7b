/**
 * What a command answers, before a platform gives it its form. All texts are plain: an adapter escapes them, so that
 * nothing in them pings, links or formats.
 */
export interface Reply {
  /** Only the person who asked sees it. */
  readonly isPrivate: boolean;
  /** Another takes its place soon: where only few changes can be shown, this one need not be. */
  readonly isGrowing?: boolean;
  readonly blocks: readonly Block[];
  /** In rows of at most five; few rows, so that a screen reader is soon past them. */
  readonly actions: readonly (readonly ActionButton[])[];
}

export type Block =
  /** A short heading; the "AI description" label is one. */
  | { readonly type: 'heading'; readonly text: string }
  | { readonly type: 'text'; readonly text: string }
  /** Figures and remarks: small print. */
  | { readonly type: 'note'; readonly text: string }
  /** To be copied as it stands. */
  | { readonly type: 'copy'; readonly text: string }
  /** A text with marked words; the marks are also said in words, since colours are not heard. */
  | { readonly type: 'marked'; readonly spans: readonly MarkedSpan[] }
  | { readonly type: 'facts'; readonly facts: readonly { readonly name: string; readonly value: string }[] }
  | {
      readonly type: 'picture';
      readonly png: Uint8Array;
      readonly fileName: string;
      readonly altText: string;
    };

export interface MarkedSpan {
  readonly text: string;
  /** Null: not an adjective. */
  readonly mark: AdjectiveMark | null;
}

export type AdjectiveMark = 'supported' | 'contradicted' | 'uncheckable' | 'interpretive';

export interface ActionButton {
  readonly action: ActionName;
  /** What it acts on: at most 64 characters of `A-Z a-z 0-9 _ -`. */
  readonly target: string;
  readonly label: string;
  readonly style: 'plain' | 'primary' | 'danger';
}

export const ACTIONS = [
  'more',
  'shorter',
  'alt',
  'adjectives',
  'again',
  'report',
  'delete',
  'settings',
  'history',
  'opt-out',
  'opt-in',
  'forget',
  'forget-confirm',
  'approve-thread',
  'edit-thread',
  'reject-thread',
] as const;
export type ActionName = (typeof ACTIONS)[number];

/** A form that a person fills in: a modal on both platforms. */
export interface Form {
  /** At most 24 characters, as Slack's titles. */
  readonly title: string;
  readonly action: ActionName;
  readonly target: string;
  readonly submitLabel: string;
  /** At most 5, as on Discord. */
  readonly fields: readonly FormField[];
}

export type FormField = {
  /** Key in the values that are sent back. */
  readonly name: string;
  /** At most 45 characters. */
  readonly label: string;
  /** At most 100 characters. */
  readonly hint?: string;
  readonly isRequired: boolean;
} & (
  | { readonly kind: 'text'; readonly value?: string; readonly maxChars: number; readonly isLong: boolean }
  | {
      readonly kind: 'choice';
      readonly value?: string;
      readonly choices: readonly { readonly value: string; readonly label: string }[];
    }
);
