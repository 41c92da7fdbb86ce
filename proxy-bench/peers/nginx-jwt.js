// Who makes the call, by its JSON Web Token; nobody when the token does not hold.

import crypto from 'crypto';

const SECRET = process.env.JWT_SECRET;

function user(r) {
    const header = r.headersIn.Authorization;
    if (!header || !header.startsWith('Bearer ')) {
        return '';
    }
    const parts = header.slice(7).split('.');
    if (parts.length !== 3) {
        return '';
    }
    const signature = crypto.createHmac('sha256', SECRET).update(parts[0] + '.' + parts[1]).digest('base64url');
    if (signature !== parts[2]) {
        return '';
    }
    try {
        if (JSON.parse(Buffer.from(parts[0], 'base64url')).alg !== 'HS256') {
            return '';
        }
        const claims = JSON.parse(Buffer.from(parts[1], 'base64url'));
        if (claims.iss !== 'inference-proxy' || claims.aud !== 'inference' || !(claims.exp > Date.now() / 1000)) {
            return '';
        }
        return claims.sub || '';
    } catch (e) {
        return '';
    }
}

export default { user };
