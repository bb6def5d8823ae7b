import { Command } from 'commander';
import type { PullArguments } from './manage-models.ts';
import { deviceOption, dtypeOption, revisionOption } from './model-options.ts';
import type { Terminal } from './terminal.ts';

/** `narrator models list | pull | verify | remove` */
export function modelsCommand(terminal: Terminal): Command {
  // The libraries that these need take a while to load: other commands and --help do without.
  const manage = () => import('./manage-models.ts');
  return new Command('models')
    .summary('download and look after vision-language models')
    .description('Downloads and looks after the models of --engine vlm. See docs/models.md.')
    .addCommand(
      new Command('list')
        .summary('the models on this machine, or the formats of one on the Hub')
        .description(
          'Lists the models on this machine: size, licence, family, memory need, and whether it fits. With a model: the formats that it has on the Hub.',
        )
        .argument('[model]', 'a Hub id: organisation/model')
        .addOption(revisionOption())
        .option('--json', 'one JSON object a line')
        .action(async (model: string | undefined, options: { json?: boolean; revision?: string }) => {
          await (await manage()).listModels(terminal, model, options);
        }),
    )
    .addCommand(
      new Command('pull')
        .summary('download a model, go on with a download, or mend a damaged model')
        .argument('<model>', 'a Hub id: organisation/model')
        .addOption(revisionOption())
        .addOption(deviceOption())
        .addOption(dtypeOption())
        .addHelpText(
          'after',
          `
Examples:
  narrator models pull HuggingFaceTB/SmolVLM-256M-Instruct
  narrator models pull HuggingFaceTB/SmolVLM-256M-Instruct --dtype q4

HF_TOKEN opens gated models, HF_ENDPOINT names another server, NARRATOR_CACHE another folder.`,
        )
        .action(async (model: string, options: PullArguments) => {
          await (await manage()).pull(terminal, model, options);
        }),
    )
    .addCommand(
      new Command('verify')
        .summary('compare the files of models with their checksums')
        .argument('[model...]', 'Hub ids; all that were pulled unless told')
        .action(async (models: string[]) => {
          await (await manage()).verify(terminal, models);
        }),
    )
    .addCommand(
      new Command('remove')
        .summary('delete models from this machine')
        .argument('<model...>', 'Hub ids')
        .action(async (models: string[]) => {
          await (await manage()).remove(terminal, models);
        }),
    );
}
