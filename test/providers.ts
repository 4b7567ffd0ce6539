/** Every provider of the package, as its tests need it. */
import type { ICredentialDataDecryptedObject, ICredentialType, INodeType } from 'n8n-workflow';

import { BestSmsApi } from '../credentials/BestSmsApi.credentials';
import { MobileMessageApi } from '../credentials/MobileMessageApi.credentials';
import { NusaSmsApi } from '../credentials/NusaSmsApi.credentials';
import { Sms160Api } from '../credentials/Sms160Api.credentials';
import { UgSmsApi } from '../credentials/UgSmsApi.credentials';
import type { Provider, Resource } from '../engine/operation';
import { resources as bestSmsResources } from '../nodes/BestSms/actions/resources';
import { BestSms } from '../nodes/BestSms/BestSms.node';
import { bestSms } from '../nodes/BestSms/provider';
import { resources as mobileMessageResources } from '../nodes/MobileMessage/actions/resources';
import { MobileMessage } from '../nodes/MobileMessage/MobileMessage.node';
import { mobileMessage } from '../nodes/MobileMessage/provider';
import { resources as nusaSmsResources } from '../nodes/NusaSms/actions/resources';
import { NusaSms } from '../nodes/NusaSms/NusaSms.node';
import { nusaSms } from '../nodes/NusaSms/provider';
import { resources as sms160Resources } from '../nodes/Sms160/actions/resources';
import { sms160 } from '../nodes/Sms160/provider';
import { Sms160 } from '../nodes/Sms160/Sms160.node';
import { resources as ugSmsResources } from '../nodes/UgSms/actions/resources';
import { ugSms } from '../nodes/UgSms/provider';
import { UgSms } from '../nodes/UgSms/UgSms.node';

export interface TestedProvider {
	/** Folder under nodes/ and test/. */
	folder: string;
	nodeType: INodeType;
	provider: Provider;
	resources: Resource[];
	/** Its own way to sign requests is used. */
	credentialType: ICredentialType;
	/** A credential without its base URL. */
	credential: ICredentialDataDecryptedObject;
	/** The Authorization header that its requests must carry; empty where the credential travels elsewhere. */
	authorization: string;
	/** Other headers by which they are signed, names in lower case. */
	signature?: Record<string, string>;
}

const basic = (username: string, password: string): string => `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

export const providers: TestedProvider[] = [
	{
		folder: 'MobileMessage',
		nodeType: new MobileMessage(),
		provider: mobileMessage,
		resources: mobileMessageResources,
		credentialType: new MobileMessageApi(),
		credential: { username: 'user', password: 'a-secret-password', webhookSecret: '' },
		authorization: basic('user', 'a-secret-password'),
	},
	{
		folder: 'Sms160',
		nodeType: new Sms160(),
		provider: sms160,
		resources: sms160Resources,
		credentialType: new Sms160Api(),
		credential: { username: 'user', password: 'a-secret-password' },
		authorization: basic('user', 'a-secret-password'),
	},
	{
		folder: 'BestSms',
		nodeType: new BestSms(),
		provider: bestSms,
		resources: bestSmsResources,
		credentialType: new BestSmsApi(),
		credential: { authToken: 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ0ZXN0In0.signature', webhookSender: 'name@email.com', webhookApiKey: 'a-webhook-key' },
		authorization: 'Basic eyJhbGciOiJub25lIn0.eyJzdWIiOiJ0ZXN0In0.signature',
	},
	{
		folder: 'NusaSms',
		nodeType: new NusaSms(),
		provider: nusaSms,
		resources: nusaSmsResources,
		credentialType: new NusaSmsApi(),
		credential: { environment: 'production', apiKey: 'a-secret-key', username: 'user-of-sms', password: 'a-secret-password' },
		authorization: '',
		signature: { apikey: 'a-secret-key' },
	},
	{
		folder: 'UgSms',
		nodeType: new UgSms(),
		provider: ugSms,
		resources: ugSmsResources,
		credentialType: new UgSmsApi(),
		credential: { authentication: 'apiKey', apiKey: 'a-secret-key', username: 'user', password: 'a-secret-password' },
		authorization: '',
		signature: { 'x-api-key': 'a-secret-key' },
	},
];
