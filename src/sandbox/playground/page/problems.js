import { $, el } from './dom.js';

let shown = [];

/** Lists what the pretend platforms refused: faults of the bot that the real ones would refuse as well. */
export function showProblems(problems) {
  shown = problems;
  const button = $('#problems-button');
  button.hidden = problems.length === 0;
  button.textContent = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
}

$('#problems-button').addEventListener('click', () => {
  const dialog = el(
    'dialog.dialog.problems',
    { 'aria-labelledby': 'problems-title' },
    el('h2', { id: 'problems-title' }, 'What the platforms refused'),
    el(
      'p',
      null,
      'Discord or Slack would not have taken these requests of the bot. They are faults of ours: please report them.',
    ),
    el(
      'ol',
      { tabindex: 0, 'aria-label': 'Problems' },
      shown.map(({ platform, where, what }) =>
        el('li', null, el('strong', null, platform), ' ', el('code', null, where), ' ', what),
      ),
    ),
    el('div.buttons', null, el('button.primary', { type: 'button', onclick: () => dialog.close() }, 'Close')),
  );
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
});
