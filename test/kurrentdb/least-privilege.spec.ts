import './kurrentdb.js';
import '../eventstoredb/least-privilege.spec.js';
