import './kurrentdb.js';
import '../contract/eventstoredb-event-store.spec.js';
