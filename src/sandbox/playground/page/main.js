import { follow } from './api.js';
import { $ } from './dom.js';
import { createPane } from './pane.js';
import { showProblems } from './problems.js';

/** One for each platform, made when the first state arrives. */
const panes = new Map();
const people = {};
let stop = () => {};

function connect() {
  stop();
  stop = follow(people, receive, showConnection);
}

function receive(event) {
  switch (event.type) {
    case 'state':
      for (const state of event.platforms) paneFor(state.name).reset(state);
      showProblems(event.problems);
      break;
    case 'platform':
      paneFor(event.name).receive(event.event);
      break;
    case 'problems':
      showProblems(event.problems);
      break;
  }
}

function paneFor(name) {
  let pane = panes.get(name);
  if (!pane) {
    pane = createPane(name, personId => {
      people[name] = personId;
      connect();
    });
    panes.set(name, pane);
    $('#panes').append(pane.element);
  }
  return pane;
}

function showConnection(isConnected) {
  const status = $('#connection');
  const text = isConnected ? '' : 'Not connected: trying again…';
  if (status.textContent !== text) status.textContent = text;
}

for (const tab of document.querySelectorAll('.tabs button')) {
  tab.addEventListener('click', () => {
    $('#panes').dataset.shown = tab.dataset.pane;
    for (const other of document.querySelectorAll('.tabs button')) {
      other.setAttribute('aria-pressed', String(other === tab));
    }
  });
}
connect();
