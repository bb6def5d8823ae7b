// The form works without this: it shows the chosen image, and says that the form is on its way.
const form = document.querySelector('form');
const input = document.querySelector('#image');
const button = form?.querySelector('button');

input?.addEventListener('change', () => {
  const old = form.querySelector('.preview');
  if (old) URL.revokeObjectURL(old.src);
  old?.remove();
  const [file] = input.files;
  if (!file) return;
  const preview = document.createElement('img');
  preview.className = 'preview';
  preview.alt = 'The image that you chose';
  preview.src = URL.createObjectURL(file);
  input.after(preview);
});

form?.addEventListener('submit', () => {
  button.textContent = 'Describing…';
  form.setAttribute('aria-busy', 'true');
});

// Back from the answer, as the browser kept the page.
addEventListener('pageshow', () => {
  if (button) button.textContent = 'Describe';
  form?.removeAttribute('aria-busy');
});
