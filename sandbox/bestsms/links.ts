/** The page behind a link in a message (document: "Files referenced in [[File1]] commands (for MessageLink)"); its real address is not documented. */
import { endpoint } from '../endpoint';
import type { Account } from './account';
import { refusalTexts, refused } from './errors';
import { reportDelivery } from './events';

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

export const linkEndpoints = [
	endpoint({
		method: 'GET',
		path: '/link/:key',
		// Whoever has the link may open it.
		authorised: () => true,
		handle(account: Account, { params }) {
			const file = account.files.get(params['key'] ?? '');
			if (!file) return refused(404, refusalTexts.notFound);
			// "For additional analytics, this will be UPDATED"; "Result ... will be the event description".
			reportDelivery(account, file.job, file.recipient, 'UPDATED', `Link opened: ${file.name}`);
			const name = escaped(file.name);
			return {
				httpStatus: 200,
				headers: { 'content-type': 'text/html; charset=utf-8' },
				body: `<!DOCTYPE html><title>${name}</title><a download="${name}" href="data:application/octet-stream;base64,${file.data}">${name}</a>`,
			};
		},
	}),
];
