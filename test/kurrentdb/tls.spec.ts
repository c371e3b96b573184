import './kurrentdb.js';
import '../eventstoredb/tls.spec.js';
