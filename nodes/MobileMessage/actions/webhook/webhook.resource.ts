import { resource } from '../../../../engine/operation';
import { getAll } from './getAll.operation';
import { remove } from './remove.operation';
import { set } from './set.operation';

export const webhookResource = resource('Webhook', 'webhook', { getAll, set, remove });
