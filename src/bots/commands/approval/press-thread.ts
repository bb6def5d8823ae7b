import { describeDecision } from '../../../launch/approval/announce-thread.ts';
import type { Decider } from '../../../launch/approval/approval-rules.ts';
import { type Approvals, nameOf, type Outcome } from '../../../launch/approval/approvals.ts';
import { readVersion, type ThreadVersion } from '../../../launch/approval/thread-version.ts';
import type { ThreadRow } from '../../../store/launch-store.ts';
import type { ActionCall } from '../bot-commands.ts';
import { BotError } from '../bot-error.ts';
import { checkDecisions } from '../check-limits.ts';
import type { Context } from '../context.ts';
import type { Block, Form } from '../reply.ts';
import { oneLine } from '../shown-text.ts';
import { inPieces, renderDecided } from './render-thread.ts';
import { editedText, editForm, MAX_REASON, rejectForm } from './thread-forms.ts';

type Who = Pick<ActionCall, 'person' | 'place'>;

/** Approve: at once, without a form. */
export async function approveThread(context: Context, call: ActionCall): Promise<void> {
  const { approvals, version, decider } = begin(context, call);
  const outcome = await approvals.approve(version, decider);
  await answer(call, outcome, row => describeDecision(row, 'approved', nameOf(decider)));
}

/** Reject, with the reason from the form. */
export async function rejectThread(context: Context, call: ActionCall): Promise<void> {
  const { approvals, version, decider } = begin(context, call);
  const reason = call.values ? oneLine(call.values.reason ?? '', MAX_REASON) : null;
  if (reason === null && (await approvals.open(version, decider))) throw noForm('reject');
  const outcome = await approvals.reject(version, decider, reason ?? '');
  await answer(call, outcome, row => describeDecision(row, 'rejected', nameOf(decider)));
}

/** Edit, with the text from the form. */
export async function editThread(context: Context, call: ActionCall): Promise<void> {
  const { approvals, version, decider } = begin(context, call);
  if (!call.values && (await approvals.open(version, decider))) throw noForm('edit');
  const text = editedText(call.values ?? {});
  const outcome = await approvals.edit(version, decider, text);
  const decide = () =>
    `Edited by ${nameOf(decider)}: the new version follows, and needs an approval of its own.`;
  // Forms close when they are sent: what was written is given back.
  const isLost = outcome.kind === 'faulty' || outcome.kind === 'refused';
  const rest = isLost ? inPieces(text).map(piece => ({ type: 'copy', text: piece }) as const) : [];
  await answer(call, outcome, decide, rest);
}

/** The form that an action wants first; null for who may not, and for what is no longer so: the press tells. */
export async function threadForm(
  { approvals }: Pick<Context, 'approvals'>,
  { action, target, person, place }: Pick<ActionCall, 'action' | 'target' | 'person' | 'place'>,
): Promise<Form | null> {
  const version = readVersion(target);
  if (!approvals || !version || action === 'approve-thread') return null;
  const row = await approvals.open(version, deciderOf({ person, place }));
  if (!row) return null;
  return action === 'edit-thread' ? editForm(row, place.platform) : rejectForm(row);
}

function begin(
  context: Context,
  call: ActionCall,
): { approvals: Approvals; version: ThreadVersion; decider: Decider } {
  const { approvals } = context;
  if (!approvals) throw new BotError('not-permitted', 'Threads are not set up here.');
  checkDecisions(context, call.person, call.place);
  const version = readVersion(call.target);
  if (!version) throw new BotError('unknown-target', 'This button is not one of ours.');
  return { approvals, version, decider: deciderOf(call) };
}

function deciderOf({ person, place }: Who): Decider {
  const { platform, channelId } = place;
  const name = oneLine(person.name, 80, 'somebody');
  return { kind: 'person', platform, channelId, personId: person.id, name, isBot: person.isBot };
}

function noForm(what: string): BotError {
  return new BotError(
    'unknown-target',
    `There is no form here: press the button again, or use "narrator launch ${what}".`,
  );
}

/** Shows a decision where the buttons were; all else is told to the person alone. */
async function answer(
  { origin, responder }: ActionCall,
  outcome: Outcome,
  decide: (row: ThreadRow) => string,
  rest: readonly Block[] = [],
): Promise<void> {
  if (outcome.kind === 'done') {
    const { row, before } = outcome;
    await origin.show(renderDecided(before, decide(row)));
    return;
  }
  // Decided elsewhere meanwhile: the buttons of this message go, too.
  if (outcome.kind === 'unchanged' && outcome.row.state !== 'draft') {
    const { row, sentences } = outcome;
    await origin.show(renderDecided(row, sentences.join(' ')));
  }
  const texts = outcome.sentences.map(text => ({ type: 'text', text }) as const);
  await responder.show({ isPrivate: true, blocks: [...texts, ...rest], actions: [] });
}
