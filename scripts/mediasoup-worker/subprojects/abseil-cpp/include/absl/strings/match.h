#pragma once

// Included by the worker for its string_view; none of the match functions is called.
#include "absl/strings/string_view.h"
