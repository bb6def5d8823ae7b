import { createChartDrawer } from '../../charts/chart-drawer.ts';
import { findAdjectives } from '../../metrics/adjectives/measure.ts';
import { createRateLimiter } from '../../rate-limiter.ts';
import { createWorkBook } from './accepted-work.ts';
import { reportForm } from './actions/store-report.ts';
import { adjectivesCommand } from './adjectives-command.ts';
import { threadForm } from './approval/press-thread.ts';
import { benchmarkCommand } from './benchmark-command.ts';
import { type BotCommands, type CommandCall, EDIT_INTERVAL_MS } from './bot-commands.ts';
import { BotError } from './bot-error.ts';
import { NO_METRICS } from './bot-metrics.ts';
import { checkEvents } from './check-limits.ts';
import type { CommandName } from './command-specs.ts';
import type { BotCommandsOptions, Context } from './context.ts';
import { describeCommand, describeShortcut } from './describe-command.ts';
import { createImageDescriber } from './describe-images.ts';
import { createEventDesk, type Handling, renderFailure } from './event-desk.ts';
import { errorFields, explainError, shortId } from './explain-error.ts';
import { goalsCommand } from './goals-command.ts';
import { helpCommand } from './help-command.ts';
import { createKnownReplies } from './known-replies.ts';
import { leaderboardCommand } from './leaderboard-command.ts';
import { PRESSES, pressOf } from './press-action.ts';
import { privacyCommand } from './privacy-command.ts';
import { rememberSettings } from './remembered-settings.ts';
import { renderHome } from './render-home.ts';
import { findLeftWork, resumeWork } from './resume-work.ts';
import { seePost } from './see-post.ts';
import { settingsCommand, settingsForm } from './settings-command.ts';
import { statsCommand } from './stats-command.ts';
import { createTryStore } from './try-store.ts';
import { createWatchMode } from './watch-mode.ts';

type Command = (context: Context, call: CommandCall, handling: Handling) => Promise<void>;

const COMMANDS: Readonly<Record<CommandName, Command>> = {
  describe: describeCommand,
  adjectives: adjectivesCommand,
  stats: statsCommand,
  leaderboard: leaderboardCommand,
  goals: goalsCommand,
  benchmark: benchmarkCommand,
  settings: settingsCommand,
  privacy: privacyCommand,
  help: helpCommand,
};

/** What the bots of all platforms do. It holds timers while it watches: `stop` clears them. */
export function createBotCommands(options: BotCommandsOptions): BotCommands {
  const context = createContext(options);
  const { desk, engines, log, settings } = context;
  const watch = createWatchMode(context);

  return {
    run(call) {
      const { command, person, place, responder } = call;
      return desk.handle({ what: `command ${command}`, person, place, responder }, async handling => {
        checkEvents(context, person, place);
        if (!Object.hasOwn(COMMANDS, command)) {
          throw new BotError('bad-option', 'There is no such command: ask for help to see all.');
        }
        await COMMANDS[command](context, call, handling);
      });
    },
    describePost(call) {
      const { person, place, responder } = call;
      return desk.handle({ what: 'shortcut', person, place, responder }, async handling => {
        checkEvents(context, person, place);
        await describeShortcut(context, call, handling);
      });
    },
    press(call) {
      const { action, person, place, responder } = call;
      return desk.handle({ what: `action ${action}`, person, place, responder }, async handling => {
        checkEvents(context, person, place);
        await pressOf(action)(context, call, handling);
      });
    },
    async formFor({ action, target, person, place }) {
      switch (action) {
        case 'report':
          return reportForm(target);
        case 'settings':
          return await settingsForm(context, person, place, target);
        case 'edit-thread':
        case 'reject-thread':
          return await threadForm(context, { action, target, person, place });
        default:
          return null;
      }
    },
    isPrivateAction: action => !Object.hasOwn(PRESSES, action) || PRESSES[action].isPrivate,
    async see(post, port, receivedAt, onTaken) {
      try {
        await desk.track(seePost(context, watch, post, port, receivedAt, onTaken));
      } catch (error) {
        log.error({ postId: post.id, ...errorFields(error) }, 'a message could not be looked at');
      }
    },
    isWatched: place => settings.isWatched(place),
    engineNames: () => engines,
    async homeOf(person, platform, serverId) {
      try {
        return await renderHome(context, person, platform, serverId);
      } catch (error) {
        const id = shortId();
        log.error({ id, what: 'home', platform, personId: person.id, ...errorFields(error) }, 'failed');
        return renderFailure(explainError(error).sentence, id, undefined);
      }
    },
    async resume(port) {
      try {
        // The tagger reads its weights at its first use: not while somebody waits.
        findAdjectives('A warm start.');
        await settings.loadWatched();
        const rows = await findLeftWork(context, port.platform);
        await desk.track(resumeWork(context, watch, port, rows));
      } catch (error) {
        log.error(
          { platform: port.platform, ...errorFields(error) },
          'work that was left could not be taken up',
        );
      }
    },
    async stop(graceMs) {
      watch.stop();
      await desk.stop(graceMs);
      watch.stop();
      await context.work.close();
      await context.charts.close();
    },
  };
}

function createContext(options: BotCommandsOptions): Context {
  const {
    store,
    narration,
    log,
    now = Date.now,
    editIntervalMs = EDIT_INTERVAL_MS,
    metrics = NO_METRICS,
    approvals = null,
    readBenchmark = async () => null,
  } = options;
  if (options.engines.length === 0) throw new RangeError('engines must be one or more');
  const tryStore = createTryStore(log);
  return {
    ...options,
    now,
    metrics,
    approvals,
    readBenchmark,
    editIntervalMs,
    tryStore,
    settings: rememberSettings(store, tryStore),
    replies: createKnownReplies(store, tryStore, options.engines),
    work: createWorkBook(store, tryStore, now),
    limiter: createRateLimiter(() => performance.now()),
    describeImages: createImageDescriber(narration),
    desk: createEventDesk(log),
    charts: createChartDrawer(),
  };
}
