import { resource } from '../../../../engine/operation';
import { add } from './add.operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';
import { remove } from './remove.operation';

export const contactGroupResource = resource('Contact Group', 'contactGroup', { add, get, getAll, remove });
