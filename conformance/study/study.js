// What a page does beside being read: search, choosing services, filtering the matrix. Without it everything is shown.
'use strict';

const root = document.body.dataset.root;

// Search. Its index is a script, since a page that is opened as a file may fetch nothing else.
const box = document.querySelector('search');
const input = document.getElementById('search');
const found = document.getElementById('found');
const MOST = 30;
let index = null;
box.hidden = false;

function loadIndex() {
  index ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = `${root}search.js`;
    script.onload = () => resolve(SEARCH);
    script.onerror = reject;
    document.head.append(script);
  });
  return index;
}

async function search() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const entries = await loadIndex();
  const fits = ([title, text]) => words.every((word) => `${title} ${text}`.toLowerCase().includes(word));
  const rank = ([title]) => [title.toLowerCase() !== words.join(' '), !title.toLowerCase().startsWith(words[0]), title.length];
  const hits = words.length === 0 ? [] : entries.filter(fits).map((entry) => [rank(entry), entry]);
  hits.sort(([a], [b]) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  found.replaceChildren(...hits.slice(0, MOST).map(([, entry]) => item(...entry)));
  if (words.length > 0 && hits.length === 0) found.append(Object.assign(document.createElement('li'), { textContent: 'Nothing found.' }));
  found.hidden = words.length === 0;
}

function item(title, text, page) {
  const link = Object.assign(document.createElement('a'), { href: chosenIn(root + page), textContent: title });
  link.append(' ', Object.assign(document.createElement('span'), { textContent: text }));
  const line = document.createElement('li');
  line.append(link);
  return line;
}

input.addEventListener('focus', loadIndex);
input.addEventListener('input', search);
document.addEventListener('keydown', (event) => {
  const typing = event.target.closest('input, select, textarea');
  if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    input.focus();
  } else if (event.key === 'Escape' && box.contains(event.target)) {
    found.hidden = true;
    input.blur();
  } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && box.contains(event.target)) {
    const stops = [input, ...found.querySelectorAll('a')];
    const next = stops[stops.indexOf(event.target) + (event.key === 'ArrowDown' ? 1 : -1)];
    event.preventDefault();
    next?.focus();
  } else if (event.key === 'Enter' && event.target === input) {
    found.querySelector('a')?.click();
  }
});
document.addEventListener('focusin', (event) => {
  if (!box.contains(event.target)) found.hidden = true;
});

// The services that are shown beside each other stand in the address, and go along to other pages.
const MOST_SERVICES = 4;
const chooser = document.querySelector('.chooser');
const columns = [...document.querySelectorAll('.column')];
const known = columns.map((column) => column.dataset.service);
let chosen = new URLSearchParams(location.search).get('s')?.split(',') ?? null;

function chosenIn(address) {
  if (chosen === null || /^(#|\w+:)/.test(address)) return address;
  const [path, anchor] = address.split('#');
  return `${path.split('?')[0]}?s=${chosen.join(',')}${anchor === undefined ? '' : `#${anchor}`}`;
}

function show() {
  const all = chosen?.includes('all');
  const wanted = all ? known : (chosen ?? []).filter((service) => known.includes(service));
  const shown = wanted.length > 0 ? wanted : known.slice(0, 3);
  for (const column of columns) {
    column.hidden = !shown.includes(column.dataset.service);
    column.style.order = shown.indexOf(column.dataset.service);
  }
  for (const box of chooser.elements.s.length ? chooser.elements.s : [chooser.elements.s]) box.checked = shown.includes(box.value);
  return shown;
}

function choose(services) {
  chosen = services;
  const address = new URL(location.href);
  address.search = `?s=${services.join(',')}`;
  history.replaceState(null, '', address);
  show();
  carry();
}

function carry() {
  if (chosen === null) return;
  for (const link of document.querySelectorAll('a[href]')) link.setAttribute('href', chosenIn(link.getAttribute('href')));
}

if (chooser && known.length > 0) {
  chooser.hidden = false;
  let order = show();
  chooser.addEventListener('change', ({ target }) => {
    const others = order.filter((service) => service !== target.value);
    order = target.checked ? [...others, target.value].slice(-MOST_SERVICES) : others;
    choose(order);
  });
  chooser.elements.all.addEventListener('click', () => choose(['all']));
}
carry();

// Paper has what is folded, too.
window.addEventListener('beforeprint', () => {
  for (const part of document.querySelectorAll('.column details')) part.open = true;
});

// The matrix shows the rows, and the column, that were asked for.
const filter = document.getElementById('filter');
if (filter) {
  const rows = [...document.querySelectorAll('#matrix tbody tr')];
  const cells = [...document.querySelectorAll('#matrix [data-service]')];
  const apply = () => {
    const { level, rule, service, outcome } = Object.fromEntries(new FormData(filter));
    for (const cell of cells) cell.hidden = service !== '' && cell.dataset.service !== service;
    for (const row of rows) {
      const ended = [...row.querySelectorAll('td[data-service]')].filter((cell) => !cell.hidden);
      row.hidden =
        (level !== '' && row.dataset.level !== level) ||
        (rule !== '' && row.dataset.rule !== rule) ||
        (outcome !== '' && !ended.some((cell) => cell.classList.contains(outcome)));
    }
    document.getElementById('count').value = `${rows.filter((row) => !row.hidden).length} cases`;
  };
  filter.hidden = false;
  filter.addEventListener('change', apply);
  apply();
}
