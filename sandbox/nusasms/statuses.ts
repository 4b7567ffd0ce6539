/** What the SMS calls answer with (document: "SMS", "Response Status"), and the numbers that provoke it. */

/** Status, name and description as the document has them. */
export const smsStatuses: ReadonlyArray<readonly [number, string, string]> = [
	[-1, 'SEND_ERROR', 'Error in processing the request'],
	[-2, 'NOT_ENOUGH_CREDITS', 'Not enough credits on a specific account'],
	[-3, 'NETWORK_NOTCOVERED', 'Targeted network is not covered on specific account'],
	[-5, 'INVALID_USER_OR_PASS', 'Username or password is invalid'],
	[-6, 'MISSING_DESTINATION_ADDRESS', 'Destination address is missing in the request'],
	[-7, 'BALANCE_EXPIRED', 'Balance has expired'],
	// Not in the document (provider facts, section 3).
	[-9, 'NO_ROUTE', 'No route for that operator'],
	[-10, 'REJECTED', 'OTP messages that do not use an OTP route will be REJECTED'],
	[-11, 'INVALID_DESTINATION_ADDRESS', 'Number is not recognized by NusaSMS platform'],
	[-12, 'MISSING_MESSAGE', 'Message is missing in the request'],
	[-13, 'INVALID_DESTINATION_ADDRESS', 'Number is not recognized by NusaSMS platform'],
	[-22, 'SYNTAX_ERROR', 'Incorrect XML format, caused by syntax error'],
	[-23, 'ERROR_PROCESSING', 'General error, reasons may vary'],
	[-26, 'COMMUNICATION_ERROR', 'General API error, reasons may vary'],
	[-27, 'INVALID_SENDDATETIME', 'Invalid scheduling parametar'],
	[-28, 'INVALID_DELIVERY_REPORT_PUSH_URL', 'Invalid PushURL in the request'],
	[-30, 'INVALID_CLIENT_APPID', 'Invalid APPID in the request'],
	[-33, 'DUPLICATE_MESSAGEID', 'Duplicated MessageID in the request'],
	[-34, 'SENDER_NOT_ALLOWED', 'Sender name is not allowed'],
	[-40, 'IP_ADDRESS_FORBIDDEN', 'Client IP Address Not In White List'],
	[-77, 'SPAM_PATTERN', 'More than 10 same message send to the same recipeints in 1 day'],
	[-78, 'LIMIT REACHED FOR DESTINATION NUMBER', 'Sending messages to the same number has reached the limit in 24 hours'],
	[-88, 'REJECTED ROUTE', 'Operator Rejected The Request'],
	[-99, 'GENERAL_ERROR', 'Error in processing request, reasons may vary'],
];

/** The number to which an SMS is refused with this status: its last two digits are the status without its sign. */
export function refusedNumber(status: number): string {
	return `62812000000${String(-status).padStart(2, '0')}`;
}
