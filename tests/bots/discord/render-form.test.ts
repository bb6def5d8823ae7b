import { expect, it } from 'vitest';
import { renderForm } from '../../../src/bots/discord/render-form.ts';

it('makes a modal with a label for each field', () => {
  expect(
    renderForm({
      title: 'Report',
      action: 'report',
      target: 'r_1',
      submitLabel: 'Send',
      fields: [
        {
          kind: 'choice',
          name: 'reason',
          label: 'What is wrong?',
          isRequired: true,
          value: 'b',
          choices: [
            { value: 'a', label: 'Things' },
            { value: 'b', label: 'Colours' },
          ],
        },
        {
          kind: 'text',
          name: 'comment',
          label: 'More',
          hint: 'If you like',
          isRequired: false,
          maxChars: 9000,
          isLong: true,
          value: 'x',
        },
      ],
    }),
  ).toEqual({
    custom_id: 'report:r_1',
    title: 'Report',
    components: [
      {
        type: 18,
        label: 'What is wrong?',
        component: {
          type: 3,
          custom_id: 'reason',
          required: true,
          min_values: 1,
          options: [
            { value: 'a', label: 'Things' },
            { value: 'b', label: 'Colours', default: true },
          ],
        },
      },
      {
        type: 18,
        label: 'More',
        description: 'If you like',
        component: { type: 4, custom_id: 'comment', style: 2, max_length: 4000, required: false, value: 'x' },
      },
    ],
  });
});
