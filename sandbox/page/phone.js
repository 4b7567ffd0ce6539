/** The virtual phone: shows what the sandbox holds and lets a person answer. Data is only ever set as text, never as HTML. */
'use strict';

const FAULT_TEXTS = {
	429: 'Answers 429: too many requests. Nothing is accepted.',
	'error-before': 'Answers 503: out of service. Nothing is accepted.',
	'500-before': 'Answers 500; nothing is accepted.',
	'500-after': 'Accepts everything, then answers 500.',
	'reset-before': 'Breaks the connection; nothing is accepted.',
	'reset-after': 'Accepts everything, then breaks the connection.',
	'timeout-before': 'Never answers; nothing is accepted.',
	'timeout-after': 'Accepts everything, then never answers.',
	'malformed-before': 'Answers 200 with a web page instead of JSON; nothing is accepted.',
	'malformed-after': 'Accepts everything, then answers 200 with a web page instead of JSON.',
	'truncated-after': 'Accepts everything, then breaks off in the middle of the answer.',
	'partial-after': 'Accepts the first half of the messages, then answers 500.',
	echo: 'Answers 400 with the whole request in its text, secrets included; nothing is accepted.',
	late: 'Never answers; everything is accepted 58 seconds later.',
	'row-by-row': 'Breaks the connection at once; the messages are accepted one after the other over 10 seconds.',
};
/** How far a message is, in the words of all providers: the mark, and its tone. Others are still on their way. */
const TICKS = {
	delivered: ['✓✓', 'good'], read: ['✓✓', 'read'], sent: ['✓', ''],
	failed: ['✕', 'bad'], blocked: ['✕', 'bad'], cancelled: ['✕', 'bad'], expired: ['✕', 'bad'], aborted: ['✕', 'bad'],
};
const ON_ITS_WAY = ['◷', ''];
const POLL_MS = 1000;
/** Where the list and the phone do not fit side by side; the same as in phone.css. */
const narrow = matchMedia('(max-width: 760px)');
/** GSM 03.38: the characters of a plain text, and those that take two places. */
const GSM7 = new Set('@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà');
const GSM7_DOUBLE = new Set('^{}\\[~]|€\f');

const find = (id) => document.getElementById(id);
const state = { providers: [], provider: '', phone: '', view: null, overview: null, shown: {}, open: new Set(), asked: 0 };

/** An element with properties, and children that are elements or text. */
function make(tag, properties, ...children) {
	const element = Object.assign(document.createElement(tag), properties);
	element.append(...children);
	return element;
}

/** Text for screen readers alone. */
const spoken = (text) => make('span', { className: 'hidden' }, text);

/** Replaces the children of a list when its data changed, and keeps focus and scrolling. */
function render(id, data, build) {
	const text = JSON.stringify(data);
	if (state.shown[id] === text) return false;
	state.shown[id] = text;
	const list = find(id);
	const focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
	const { scrollTop } = list;
	list.replaceChildren(...build());
	list.scrollTop = scrollTop;
	if (focused) [...list.querySelectorAll('[data-key]')].find(({ dataset }) => dataset.key === focused)?.focus();
	return true;
}

async function call(method, path, body) {
	const response = await fetch(`/_sandbox${path}`, {
		method,
		...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
	});
	const answer = await response.json();
	if (!response.ok) throw new Error(answer.error);
	return answer;
}

const clockTime = (at) => new Date(at).toLocaleTimeString([], { hourCycle: 'h23', hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = (at) => new Date(at).toLocaleDateString([], { weekday: 'short', day: 'numeric', month: 'short' });
/** The time today, else the day. */
const shortTime = (at) => (day(at) === day(Date.now()) ? clockTime(at).slice(0, 5) : day(at));

/** +61 491 570 006 and +1 202 555 0101 as people there write them, +digits for others. */
function readable(number) {
	const parts = /^(61)(\d{3})(\d{3})(\d{3})$/.exec(number) ?? /^(1)(\d{3})(\d{3})(\d{4})$/.exec(number);
	return `+${parts ? parts.slice(1).join(' ') : number}`;
}

/** A sender: a number, or a name as it is. */
const party = (sender) => (/^\d{9,}$/.test(sender) ? readable(sender) : sender);

/** Up to two letters for the round picture. */
const initials = (name) => name.split(/\s+/).slice(0, 2).map((part) => [...part][0]).join('').toUpperCase();

/** How many messages of each phone were seen, for the account that the sandbox has now. Another account begins anew. */
function seen() {
	const kept = JSON.parse(localStorage.getItem(`seen ${state.provider}`) ?? '{}');
	return kept.world === state.view?.world ? kept.phones : {};
}

function markSeen(phone, received) {
	const phones = seen();
	if (phones[phone] === received) return;
	localStorage.setItem(`seen ${state.provider}`, JSON.stringify({ world: state.view.world, phones: { ...phones, [phone]: received } }));
}

const isOpen = () => state.phone && !document.hidden && (!narrow.matches || document.body.dataset.open === 'phone');

/** Opens a phone; the address names it, so that it can be linked to, and the browser's Back leads to the list. */
function openPhone(phone) {
	const hash = `#${state.provider}/${phone}`;
	if (location.hash !== hash) history.pushState(null, '', hash);
	showPhone(phone, true);
}

function showPhone(phone, takeFocus) {
	Object.assign(state, { phone, shown: {} });
	document.body.dataset.open = phone ? 'phone' : 'list';
	find('reply-error').hidden = true;
	find('to').value = '';
	if (state.view) Object.assign(state.view, { thread: [], name: state.view.conversations.find((one) => one.phone === phone)?.name ?? null });
	renderAll();
	if (narrow.matches && takeFocus) find(phone ? 'back' : 'search').focus();
	void refresh();
}

function tick(status) {
	if (!status || status === 'service message') return '';
	const [mark, tone] = TICKS[status] ?? ON_ITS_WAY;
	const sign = make('span', { className: `tick ${tone}`, title: status }, mark);
	sign.setAttribute('aria-hidden', 'true');
	return sign;
}

function phoneEntry({ phone, name, text, at, way, status }, unread) {
	const button = make('button', { type: 'button', className: unread > 0 ? 'entry unread' : 'entry', onclick: () => openPhone(phone) },
		make('span', { className: 'face', ariaHidden: 'true' }, name ? initials(name) : '#'),
		make('span', { className: 'who', title: readable(phone) }, name ?? readable(phone)),
		make('time', {}, shortTime(at)),
		make('span', { className: 'last' }, way === 'out' ? '↩ ' : '', tick(status), status ? spoken(`${status}: `) : '', text),
		unread > 0 ? make('span', { className: 'badge' }, String(unread), spoken(' unread')) : '');
	button.dataset.key = phone;
	button.setAttribute('aria-current', String(phone === state.phone));
	return make('li', {}, button);
}

function specialEntry({ number, text }) {
	const button = make('button', { type: 'button', className: 'entry', onclick: () => openPhone(number) },
		make('span', { className: 'who' }, readable(number)), make('span', { className: 'last' }, text));
	button.dataset.key = number;
	button.setAttribute('aria-current', String(number === state.phone));
	return make('li', {}, button);
}

function renderPhones() {
	const { conversations, phones, found, credits, accepted } = state.view;
	const known = seen();
	const open = isOpen() ? conversations.find(({ phone }) => phone === state.phone) : undefined;
	if (open) markSeen(open.phone, open.received);
	const rows = conversations.map((one) => ({ ...one, unread: one === open ? 0 : Math.max(0, one.received - (known[one.phone] ?? 0)) }));
	const search = find('search').value.trim();
	render('phones', [rows, state.phone, search], () =>
		rows.length > 0
			? rows.map((one) => phoneEntry(one, one.unread))
			: [make('li', { className: 'empty' }, search ? 'Nothing is like that.' : 'No messages yet. Send one to see it arrive.')]);
	const count = (number, what) => `${number.toLocaleString()} ${what}${number === 1 ? '' : 's'}`;
	const shown = found > conversations.length ? `, the latest ${conversations.length} shown` : '';
	find('found').textContent = phones === 0 ? '' : search ? `${found} of ${count(phones, 'phone')}${shown}` : `${count(phones, 'phone')}, ${count(accepted, 'message')}${shown}`;
	find('credits').textContent = `${credits.toLocaleString()} ${state.providers.find(({ name }) => name === state.provider).balanceUnit}`;
	const unread = rows.reduce((sum, one) => sum + one.unread, 0);
	document.title = unread > 0 ? `(${unread}) Virtual phone` : 'Virtual phone';
	const { numbers } = state.providers.find(({ name }) => name === state.provider);
	render('special', [numbers, state.phone], () => numbers.map(specialEntry));
	if (!state.phone && !narrow.matches && !search && rows[0]) showPhone(rows[0].phone);
}

/** The text, with addresses of this sandbox as links. */
function linked(text) {
	return text.split(/(https?:\/\/\S+)/).map((part) =>
		part.startsWith(`${location.origin}/`) ? make('a', { href: part, target: '_blank', rel: 'noopener' }, part) : part);
}

function bubble(message) {
	const [, tone = ''] = TICKS[message.status] ?? [];
	const details = [
		clockTime(message.at),
		message.way === 'in' ? `from ${party(message.from)}` : `to ${party(message.to)}`,
		message.segments > 1 ? `${message.segments} segments` : '',
		message.custom_ref ? `ref ${message.custom_ref.length > 30 ? `${message.custom_ref.slice(0, 24)}…` : message.custom_ref}` : '',
		message.scheduledFor ? `for ${new Date(message.scheduledFor).toLocaleString()}` : '',
		message.type === 'unsubscribe' ? 'unsubscribe' : '',
	].filter(Boolean).join(' · ');
	return make('li', { className: message.way },
		make('div', { className: 'bubble' }, ...linked(message.text)),
		make('div', { className: 'meta' }, tick(message.status), message.status ? make('span', { className: tone }, message.status) : '', message.status ? ' · ' : '', details));
}

function renderThread() {
	const { thread, name } = state.view;
	find('name').textContent = state.phone ? (name ?? readable(state.phone)) : 'No phone chosen';
	find('number').textContent = state.phone && name ? readable(state.phone) : '';
	for (const control of find('reply').elements) control.disabled = !state.phone;
	const atEnd = find('thread').scrollHeight - find('thread').scrollTop - find('thread').clientHeight < 60;
	const isOther = state.shown.threadOf !== state.phone;
	state.shown.threadOf = state.phone;
	const changed = render('thread', [state.phone, thread], () =>
		thread.length > 0
			? thread.map(bubble)
			: [make('li', { className: 'empty' }, state.phone ? 'Nothing has come to this phone.' : 'Choose a phone, or send a message.')]);
	if (changed && (atEnd || isOther)) find('thread').scrollTop = find('thread').scrollHeight;
}

/** How many segments the text is: 160 plain characters in one and 153 in each of several, or 70 and 67 of any other kind. */
function renderSegments() {
	const text = find('text').value;
	const characters = [...text];
	const odd = characters.filter((character) => !GSM7.has(character) && !GSM7_DOUBLE.has(character));
	const places = odd.length > 0 ? text.length : characters.reduce((sum, character) => sum + (GSM7_DOUBLE.has(character) ? 2 : 1), 0);
	const [one, each] = odd.length > 0 ? [70, 67] : [160, 153];
	const segments = places <= one ? 1 : Math.ceil(places / each);
	const room = segments === 1 ? one : segments * each;
	const why = odd.length > 0 ? ` · Unicode because of ${[...new Set(odd)].slice(0, 3).join(' ')}` : '';
	find('segments').textContent = text ? `${places}/${room} · ${segments} segment${segments === 1 ? '' : 's'}${why}` : '';
}

function showFaultText() {
	find('kind-text').textContent = FAULT_TEXTS[find('kind').value] ?? '';
}

function renderFaults() {
	const { faults } = state.overview;
	render('faults', faults, () => faults.map((fault) => make('li', {},
		`${fault.kind} for the next ${fault.times === 1 ? 'request' : `${fault.times} requests`}${fault.path ? ` on ${fault.path}` : ''}`,
		make('button', { type: 'button', onclick: () => call('DELETE', '/faults').then(refresh) }, 'Clear all'))));
}

/** A line that opens; `fill` gives what is inside when it does. Opened lines stay open while the list is refreshed. */
function line(key, summary, fill) {
	const pre = make('pre', {});
	const details = make('details', { open: state.open.has(key) }, make('summary', {}, ...summary), pre);
	const show = async () => {
		pre.textContent = JSON.stringify(await fill(), null, 2);
	};
	details.addEventListener('toggle', () => {
		if (!details.open) state.open.delete(key);
		else state.open.add(key);
		if (details.open) void show();
	});
	if (details.open) void show();
	return details;
}

function statusCode(httpStatus, instead) {
	return make('span', { className: `code ${httpStatus >= 200 && httpStatus < 300 ? 'good' : 'bad'}` }, String(httpStatus ?? instead));
}

function renderTraffic() {
	const { log, webhooks } = state.overview;
	const violated = log.filter(({ violations }) => violations.length > 0).length;
	find('violations').textContent = log.length === 0 ? '' : violated === 0 ? 'all in order' : `${violated} against the rules`;
	find('violations').classList.toggle('bad', violated > 0);
	render('log', log, () => log.length === 0
		? [make('li', { className: 'empty' }, 'No requests yet.')]
		: log.toReversed().map((entry) => make('li', { className: entry.violations.length > 0 ? 'violated' : '' },
			line(`request ${entry.id}`, [
				make('time', {}, clockTime(entry.at)),
				make('code', {}, `${entry.method} ${entry.path}`),
				entry.fault ? make('span', { className: 'bad' }, entry.fault) : '',
				statusCode(entry.httpStatus, entry.fault ? '–' : '…'),
			], () => call('GET', `/log/${state.provider}/${entry.id}`)),
			...entry.violations.map(({ kind, text }) => make('p', {}, `${kind}: ${text}`)))));
	render('webhooks', webhooks, () => webhooks.length === 0
		? [make('li', { className: 'empty' }, 'None yet. They start when a webhook URL is registered.')]
		: webhooks.toReversed().map((attempt) => make('li', {},
			line(`webhook ${attempt.at} ${attempt.attempt} ${JSON.stringify(attempt.body)}`, [
				make('time', {}, clockTime(attempt.at)),
				make('code', {}, `${attempt.type} → ${attempt.url}${attempt.attempt > 1 ? ` (attempt ${attempt.attempt})` : ''}`),
				statusCode(attempt.httpStatus, '–'),
			], () => attempt.error ? { error: attempt.error, body: attempt.body } : attempt.body))));
}

function renderAll() {
	if (state.view) {
		renderPhones();
		renderThread();
	}
	if (!state.overview) return;
	renderFaults();
	renderTraffic();
}

const isDeveloping = () => !find('developer').hidden;

async function refresh() {
	const asked = ++state.asked;
	const provider = encodeURIComponent(state.provider);
	const { phone } = state;
	const search = find('search').value.trim();
	try {
		const [view, overview] = await Promise.all([
			call('GET', `/phones?provider=${provider}${phone ? `&phone=${phone}` : ''}${search ? `&search=${encodeURIComponent(search)}` : ''}`),
			isDeveloping() ? call('GET', `/overview?provider=${provider}`) : null,
		]);
		// A later question has the later answer.
		if (asked !== state.asked) return;
		Object.assign(state, { view, overview });
		find('offline').hidden = true;
		renderAll();
	} catch {
		find('offline').hidden = false;
	}
}

function chooseProvider(name) {
	Object.assign(state, { provider: name, phone: '', view: null, overview: null, shown: {}, open: new Set() });
	document.body.dataset.open = 'list';
	find('provider').value = name;
	find('search').value = '';
	const { baseUrl, signIn, faultKinds, inboxes } = state.providers.find((provider) => provider.name === name);
	find('sign-in').replaceChildren(...Object.entries({ 'Base URL': baseUrl, ...signIn }).map(([label, value]) =>
		make('div', {}, make('dt', {}, label), make('dd', {}, value))));
	find('kind').replaceChildren(...faultKinds.map((kind) => make('option', { value: kind }, kind)));
	find('to').replaceChildren(make('option', { value: '' }, 'Answer the last message'), ...inboxes.map((number) => make('option', { value: number }, `Write to ${readable(number)}`)));
	showFaultText();
	return refresh();
}

/** Shows what the address names: "#mobile-message/61491570006", a provider alone, or nothing. */
async function followAddress() {
	const [name, phone = ''] = decodeURIComponent(location.hash.slice(1)).split('/');
	const known = state.providers.some((provider) => provider.name === name);
	const wanted = known ? name : state.provider || state.providers[0].name;
	if (wanted !== state.provider) await chooseProvider(wanted);
	if (known || state.phone) showPhone(/^\d+$/.test(phone) ? phone : '', false);
}

function showDeveloper(isShown) {
	find('developer').hidden = !isShown;
	find('show-developer').setAttribute('aria-expanded', String(isShown));
	if (isShown) find('developer').focus();
	else find('show-developer').focus();
	void refresh();
}

async function reset() {
	await call('POST', '/reset', { keepWebhooks: true });
	history.replaceState(null, '', `#${state.provider}`);
	await chooseProvider(state.provider);
}

async function send() {
	const text = find('text').value;
	const to = find('to').value;
	if (!text.trim()) return;
	try {
		await call('POST', '/reply', { provider: state.provider, from: state.phone, text, ...(to && { to }) });
		find('text').value = '';
		find('reply-error').hidden = true;
		renderSegments();
	} catch (error) {
		find('reply-error').textContent = error.message;
		// What was sent from a name cannot be answered; the next try goes to a number that anybody can write to.
		if (!to) find('to').selectedIndex = Math.min(1, find('to').options.length - 1);
		find('reply-error').hidden = false;
	}
	await refresh();
}

async function start() {
	state.providers = await call('GET', '/providers');
	find('provider').replaceChildren(...state.providers.map(({ name, title }) => make('option', { value: name }, title)));
	find('provider').onchange = () => {
		history.pushState(null, '', `#${find('provider').value}`);
		void chooseProvider(find('provider').value);
	};
	find('search').oninput = () => void refresh();
	find('kind').onchange = showFaultText;
	find('show-developer').onclick = () => showDeveloper(!isDeveloping());
	find('hide-developer').onclick = () => showDeveloper(false);
	find('developer').onkeydown = (event) => {
		if (event.key === 'Escape') showDeveloper(false);
	};
	find('back').onclick = () => {
		history.pushState(null, '', `#${state.provider}`);
		showPhone('', true);
	};
	find('reset').onclick = () => find('sure').showModal();
	find('sure').onclose = () => {
		if (find('sure').returnValue === 'yes') void reset();
		find('sure').returnValue = '';
	};
	find('fault').onsubmit = async (event) => {
		event.preventDefault();
		const path = find('path').value.trim();
		await call('POST', '/faults', { provider: state.provider, kind: find('kind').value, times: Number(find('times').value), ...(path && { path }) });
		await refresh();
	};
	find('text').oninput = renderSegments;
	find('text').onkeydown = (event) => {
		if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
		event.preventDefault();
		void send();
	};
	find('reply').onsubmit = (event) => {
		event.preventDefault();
		void send();
	};
	window.onpopstate = () => void followAddress();
	await followAddress();
	setInterval(() => {
		if (!document.hidden) void refresh();
	}, POLL_MS);
}

void start();
