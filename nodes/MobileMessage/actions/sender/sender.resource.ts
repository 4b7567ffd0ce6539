import { resource } from '../../../../engine/operation';
import { getAll } from './getAll.operation';
import { register } from './register.operation';

export const senderResource = resource('Sender', 'sender', { getAll, register });
