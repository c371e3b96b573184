#!/bin/sh
# Makes an authority of your own and a certificate for each server, in a folder: certificates for compose.secured.yml.
#   sh scripts/certificates.sh FOLDER SERVER...
# An authority that is there already is kept; ca.key makes further certificates, so keep it where nobody else reads it.
set -eu
folder=${1:?usage: certificates.sh FOLDER SERVER...}
shift
[ $# -gt 0 ] || { echo 'usage: certificates.sh FOLDER SERVER...' >&2; exit 2; }
umask 077
mkdir -p "$folder/ca"
if [ ! -f "$folder/ca.key" ]; then
  openssl req -x509 -newkey rsa:3072 -nodes -days 1825 -subj '/CN=Herald store authority' \
    -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign' \
    -keyout "$folder/ca.key" -out "$folder/ca/ca.crt" 2> /dev/null
fi
for server in "$@"; do
  mkdir -p "$folder/$server"
  openssl req -newkey rsa:3072 -nodes -subj "/CN=eventstoredb-node" \
    -keyout "$folder/$server/node.key" -out "$folder/$server/node.csr" 2> /dev/null
  # The nodes of a cluster are each other's clients, too.
  printf '%s\n' "subjectAltName=DNS:$server,DNS:localhost,IP:127.0.0.1" 'basicConstraints=CA:FALSE' \
    'keyUsage=critical,digitalSignature,keyEncipherment' 'extendedKeyUsage=serverAuth,clientAuth' > "$folder/$server/node.ext"
  openssl x509 -req -days 365 -in "$folder/$server/node.csr" -CA "$folder/ca/ca.crt" -CAkey "$folder/ca.key" \
    -CAserial "$folder/ca.srl" -CAcreateserial -extfile "$folder/$server/node.ext" -out "$folder/$server/node.crt" 2> /dev/null
  rm "$folder/$server/node.csr" "$folder/$server/node.ext"
done
# Containers that get one of these folders run as other users. Nobody else on this machine gets into the folder around them.
chmod -R a+rX "$folder"/*/
