import './kurrentdb.js';
import '../eventstoredb/live-end.spec.js';
