/** What the SMS calls answer with. Source: "SMS", "Response Status", unless a line says otherwise. */

/** A status that says no. */
export interface SmsRefusal {
	/** What happened, in plain words, with the provider's number and name for it. */
	reason: string;
	advice: string;
	/** Every further request of this account would be refused too. */
	account: boolean;
}

interface Meaning {
	/** As the document writes it. */
	name?: string;
	says: string;
	advice: string;
	account?: true;
}

const again = 'Run again later. If it says the same again, ask NusaSMS, and tell them the number and the time.';
const ofThisNode = 'This node does not send what this status is about. Ask NusaSMS, and tell them the number and the time.';

const meanings: Record<string, Meaning> = {
	'-1': { name: 'SEND_ERROR', says: 'NusaSMS could not process the request', advice: again },
	'-2': { name: 'NOT_ENOUGH_CREDITS', says: 'The account has too few credits', advice: 'Top up the SMS credits at app.nusasms.com, then run again.', account: true },
	'-3': { name: 'NETWORK_NOTCOVERED', says: 'The account does not cover the network of this number', advice: 'Check the number and its country, or ask NusaSMS to cover this network.' },
	'-5': {
		name: 'INVALID_USER_OR_PASS',
		says: 'User name or password of the SMS API are not valid',
		advice: 'Check "SMS Username" and "SMS Password" in the credential. They are those of the SMS API, not the API key.',
		account: true,
	},
	'-6': { name: 'MISSING_DESTINATION_ADDRESS', says: 'The number is missing in the request', advice: 'Check that "To" gives a number for this item.' },
	'-7': { name: 'BALANCE_EXPIRED', says: 'The balance of the account has expired', advice: 'Top up the SMS credits at app.nusasms.com, then run again.', account: true },
	// Not in the document; a public client has it with this meaning.
	'-9': { says: 'There is no route to the operator of this number', advice: 'Check the number, or ask NusaSMS for a route to its operator.' },
	'-10': { name: 'REJECTED', says: 'One-time passwords have to use the OTP route', advice: 'Switch the option "One-Time Password" on for this message.' },
	'-11': { name: 'INVALID_DESTINATION_ADDRESS', says: 'NusaSMS does not know this number', advice: 'Check the number and its country.' },
	'-12': { name: 'MISSING_MESSAGE', says: 'The message is missing in the request', advice: 'Check that "Message" gives a text for this item.' },
	'-13': { name: 'INVALID_DESTINATION_ADDRESS', says: 'NusaSMS does not know this number', advice: 'Check the number and its country.' },
	'-22': { name: 'SYNTAX_ERROR', says: 'The request is not written as NusaSMS wants XML', advice: ofThisNode },
	'-23': { name: 'ERROR_PROCESSING', says: 'NusaSMS could not process the request; its reasons vary', advice: again },
	'-26': { name: 'COMMUNICATION_ERROR', says: 'NusaSMS could not pass the request on; its reasons vary', advice: again },
	'-27': { name: 'INVALID_SENDDATETIME', says: 'The time of sending is not valid', advice: ofThisNode },
	'-28': { name: 'INVALID_DELIVERY_REPORT_PUSH_URL', says: 'The address for delivery reports is not valid', advice: 'Check the callback URL under "Account Setting" at app.nusasms.com.' },
	'-30': { name: 'INVALID_CLIENT_APPID', says: 'The application ID is not valid', advice: ofThisNode },
	'-33': { name: 'DUPLICATE_MESSAGEID', says: 'There is a message with this ID already', advice: ofThisNode },
	'-34': { name: 'SENDER_NOT_ALLOWED', says: 'The sender name is not allowed', advice: 'The sender name belongs to your account: ask NusaSMS to approve it, or for another one.' },
	'-40': {
		name: 'IP_ADDRESS_FORBIDDEN',
		says: 'The IP address of this n8n is not on the white list of the account',
		// Where it is: https://apidoc.nusasms.com.
		advice: 'Add the public IP address of this n8n under Account > IP Whitelist at app.nusasms.com, then run again.',
		account: true,
	},
	// "Send Group", "Failed Response"; the table has no name for it.
	'-55': { says: 'There is no contacts group of this name, or it has no contacts', advice: 'Check its name under Utilities > Address Book at app.nusasms.com. Upper and lower case may matter.' },
	'-77': { name: 'SPAM_PATTERN', says: 'The same message went to this number more than 10 times today', advice: 'Wait a day, or write another text.' },
	'-78': { name: 'LIMIT REACHED FOR DESTINATION NUMBER', says: 'This number has got as many messages as it may get in 24 hours', advice: 'Wait a day, or ask NusaSMS to raise the limit.' },
	'-88': { name: 'REJECTED ROUTE', says: 'The operator of this number rejected the message', advice: 'Check text and sender name with NusaSMS: operators reject what they have not approved.' },
	'-99': { name: 'GENERAL_ERROR', says: 'NusaSMS could not process the request; its reasons vary', advice: again },
};

/** All documented statuses that say no, for those that must know whether a number is a status at all. */
export function isKnownRefusal(status: string): boolean {
	return Object.hasOwn(meanings, status);
}

/** What a negative status says; one that no document has passes with its number. */
export function refusalOf(status: string): SmsRefusal {
	const meaning = isKnownRefusal(status) ? meanings[status] : undefined;
	if (!meaning) return { reason: `NusaSMS answered with status ${status}, which its document does not explain`, advice: 'Ask NusaSMS what this status means.', account: false };
	const { name, says, advice, account = false } = meaning;
	return { reason: `${says} (status ${status}${name === undefined ? '' : `, ${name}`})`, advice, account };
}
