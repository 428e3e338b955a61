/* Speaking with the egress broker, for profiles with a network. */
#ifndef SLUICE_JAVASCRIPT_EXCHANGE_H
#define SLUICE_JAVASCRIPT_EXCHANGE_H

#include <JavaScriptCore/JavaScript.h>

/* Adds dial, send, receive, hangUp and wait to an object of primitives. */
void exchange_add(JSContextRef context, JSObjectRef object);

#endif
