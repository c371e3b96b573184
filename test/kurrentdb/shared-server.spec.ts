import './kurrentdb.js';
import '../eventstoredb/shared-server.spec.js';
