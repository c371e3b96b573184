import './kurrentdb.js';
import '../eventstoredb/inbox.spec.js';
