export { nearest } from '../../lib/nearest.js';
