import { altTextOf, type TimeChart } from '../../charts/time-chart.ts';
import type { DensityDay, DescriptionFilter } from '../../store/store.ts';
import type { CommandCall } from './bot-commands.ts';
import { BotError } from './bot-error.ts';
import { checkImages } from './check-limits.ts';
import type { Context } from './context.ts';
import { densityFacts } from './density-reply.ts';
import type { Handling } from './event-desk.ts';
import { errorFields } from './explain-error.ts';
import { choiceOption, numberOption, textOption } from './read-options.ts';
import type { Block } from './reply.ts';
import { counted, oneLine } from './shown-text.ts';

const DAY_MS = 86_400_000;

interface Subject {
  readonly title: string;
  readonly filter: Omit<DescriptionFilter, 'from' | 'until'>;
  readonly isPrivate: boolean;
}

/** `stats`: density over time of a channel, a person or a model, as figures and a chart. */
export async function statsCommand(context: Context, call: CommandCall, handling: Handling): Promise<void> {
  const { store, now } = context;
  const { options, place, person, responder } = call;
  const days = numberOption(options, 'days', 1, 365) ?? 30;
  const until = now() + 1;
  const from = until - days * DAY_MS;
  const { title, filter, isPrivate } = await subjectOf(context, call, from, until);
  // Drawing is work as describing is.
  checkImages(context, person.id, place, 1);
  const totals = await store.descriptions.totals({ ...filter, from, until });
  const span = `the last ${counted(days, 'day')}`;
  if (totals.descriptions === 0) {
    const text = `Nothing was described in ${span}, or nothing is kept of it.`;
    await responder.show({
      isPrivate,
      blocks: [
        { type: 'heading', text: title },
        { type: 'text', text },
      ],
      actions: [],
    });
    return;
  }
  const chart: TimeChart = {
    title: `${title}, ${span}`,
    unit: 'adjectives per 100 words',
    source: `Source: ${counted(totals.descriptions, 'description')}, measured by this service · days in UTC`,
    // Points lie at midnight.
    from: from - (from % DAY_MS),
    until,
    series: seriesOf(await store.descriptions.days({ ...filter, from, until })),
  };
  await responder.show({
    isPrivate,
    blocks: [
      { type: 'heading', text: `${title}, ${span}` },
      densityFacts(totals),
      await drawBlock(context, chart, handling),
    ],
    actions: [],
  });
}

/** The chart; where it cannot be drawn, what it would have shown in words. */
async function drawBlock({ charts, log }: Context, chart: TimeChart, { id }: Handling): Promise<Block> {
  const altText = altTextOf(chart);
  try {
    const png = await charts.draw(chart);
    return { type: 'picture', png, fileName: 'adjective-density.png', altText };
  } catch (error) {
    log.error({ id, ...errorFields(error) }, 'a chart could not be drawn');
    return { type: 'text', text: altText };
  }
}

function seriesOf(days: readonly DensityDay[]): TimeChart['series'] {
  const points = (value: (day: DensityDay) => number | null) =>
    days.map(day => ({ at: day.day, value: value(day) }));
  return [
    { name: 'Adjectives', points: points(day => day.adjectivesPer100Words) },
    { name: 'Supported by the picture', points: points(day => day.supportedPer100Words) },
    { name: 'Contradicted', points: points(day => day.contradictedPer100Words) },
  ];
}

async function subjectOf(
  { store, settings }: Context,
  { options, place, person }: CommandCall,
  from: number,
  until: number,
): Promise<Subject> {
  const { platform, serverId, channelId } = place;
  const whose = textOption(options, 'person', 100);
  const model = textOption(options, 'model', 200);
  const implied = whose !== undefined ? 'person' : model !== undefined ? 'model' : 'channel';
  const of = choiceOption(options, 'of', ['channel', 'person', 'model'] as const) ?? implied;
  // What is described elsewhere is nobody's business here.
  const here = serverId === null ? { platform, channelId } : { platform, serverId };
  if (of === 'channel') return { title: 'This channel', filter: { platform, channelId }, isPrivate: false };
  if (of === 'person') {
    const authorId = whose ?? person.id;
    const hasLeaderboard = serverId !== null && (await store.settings.hasLeaderboard(platform, serverId));
    if (authorId !== person.id) {
      if (!hasLeaderboard || (await settings.hasOptedOut(platform, authorId)) !== false) {
        throw new BotError(
          'not-allowed',
          'Figures of other people are shown only where the server has its leaderboard on, and not of people who opted out.',
        );
      }
    }
    const title = authorId === person.id ? 'Your images' : 'Images of this person';
    const filter = serverId === null ? { platform, authorId } : { platform, serverId, authorId };
    return { title, filter, isPrivate: !hasLeaderboard };
  }
  const [most] = model === undefined ? await store.descriptions.byModel({ ...here, from, until }, 1) : [];
  const name = model ?? most?.model;
  if (name === undefined) return { title: 'Models', filter: here, isPrivate: false };
  return { title: `Model ${oneLine(name, 80)}`, filter: { ...here, model: name }, isPrivate: false };
}
