// What the worker calls of libsrtp 3, on top of libsrtp 2. For C++ only: where both releases have a function of
// the same name, 3's is an overload here.
//
// What differs: 3's policy is an opaque handle with setters, where 2 has an open struct; 3 reads from one buffer
// and writes to another whose size it is told, where 2 works in place and trusts the caller.
#pragma once

#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

// Both releases have the type name srtp_policy_t: 2's gets another one while its header is read.
#define srtp_policy_t srtp2_policy_t
#include <srtp2/srtp.h>
#undef srtp_policy_t

// 3's additions to the status codes; 2's end at 27.
constexpr auto srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(28);
constexpr auto srtp_err_status_cryptex_err  = static_cast<srtp_err_status_t>(29);

struct srtp3_policy
{
  srtp2_policy_t v2{};
  srtp_profile_t profile{ srtp_profile_reserved };
  size_t keyLength{ 0 };              // of key and salt together; 0 until they are given
  uint8_t key[SRTP_MAX_KEY_LEN]{};    // master key, then master salt, as 2 wants them

  srtp3_policy() = default;
  srtp3_policy(const srtp3_policy&) = delete;
  srtp3_policy& operator=(const srtp3_policy&) = delete;

  ~srtp3_policy()
  {
    // volatile: a plain memset of a dying object is optimised away.
    for (volatile uint8_t& byte : this->key)
    {
      byte = 0;
    }
  }
};

using srtp_policy_t = srtp3_policy*;

inline srtp_err_status_t srtp_policy_create(srtp_policy_t* policy)
{
  if (!policy)
  {
    return srtp_err_status_bad_param;
  }

  *policy = new (std::nothrow) srtp3_policy;

  return *policy ? srtp_err_status_ok : srtp_err_status_alloc_fail;
}

inline void srtp_policy_destroy(srtp_policy_t policy)
{
  delete policy;
}

inline srtp_err_status_t srtp_policy_set_ssrc(srtp_policy_t policy, srtp_ssrc_t ssrc)
{
  if (!policy)
  {
    return srtp_err_status_bad_param;
  }

  policy->v2.ssrc = ssrc;

  return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_profile(srtp_policy_t policy, srtp_profile_t profile)
{
  if (!policy)
  {
    return srtp_err_status_bad_param;
  }

  // Two calls, because RTP and RTCP differ in AES_CM_128_HMAC_SHA1_32: RTCP keeps the tag of 80 bits there.
  auto status = srtp_crypto_policy_set_from_profile_for_rtp(&policy->v2.rtp, profile);

  if (status == srtp_err_status_ok)
  {
    status = srtp_crypto_policy_set_from_profile_for_rtcp(&policy->v2.rtcp, profile);
  }

  if (status == srtp_err_status_ok)
  {
    policy->profile = profile;
  }

  return status;
}

// One key without an MKI, which is all that the worker asks for. 2 is not told the key's length and reads as much
// as the profile needs: any other length is refused here.
inline srtp_err_status_t srtp_policy_add_key(
  srtp_policy_t policy,
  const uint8_t* key,
  size_t keyLength,
  const uint8_t* salt,
  size_t saltLength,
  const uint8_t* /*mki*/,
  size_t mkiLength)
{
  if (!policy || !key || !salt || mkiLength != 0)
  {
    return srtp_err_status_bad_param;
  }

  const bool profileMissing = policy->profile == srtp_profile_reserved;
  const bool keyGivenBefore = policy->keyLength != 0;

  if (
    profileMissing || keyGivenBefore ||
    keyLength != srtp_profile_get_master_key_length(policy->profile) ||
    saltLength != srtp_profile_get_master_salt_length(policy->profile) ||
    keyLength + saltLength > sizeof(policy->key))
  {
    return srtp_err_status_bad_param;
  }

  std::memcpy(policy->key, key, keyLength);
  std::memcpy(policy->key + keyLength, salt, saltLength);
  policy->keyLength = keyLength + saltLength;
  policy->v2.key    = policy->key;

  return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(srtp_policy_t policy, bool allow)
{
  if (!policy)
  {
    return srtp_err_status_bad_param;
  }

  policy->v2.allow_repeat_tx = allow ? 1 : 0;

  return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_window_size(srtp_policy_t policy, size_t size)
{
  // The bounds that 2 states for its replay window; 0 is its default.
  const bool accepted = size == 0 || (size >= 64 && size < 0x8000);

  if (!policy || !accepted)
  {
    return srtp_err_status_bad_param;
  }

  policy->v2.window_size = size;

  return srtp_err_status_ok;
}

// 2 derives its session keys here and keeps no pointer into the policy, so that the caller may destroy it.
inline srtp_err_status_t srtp_create(srtp_t* session, srtp_policy_t policy)
{
  if (!session || !policy || policy->keyLength == 0)
  {
    return srtp_err_status_bad_param;
  }

  return srtp_create(session, static_cast<const srtp2_policy_t*>(&policy->v2));
}

// The SSRC in network byte order, as 2 wants it and as the worker gives it.
inline srtp_err_status_t srtp_stream_remove(srtp_t session, uint32_t ssrc)
{
  return srtp_remove_stream(session, ssrc);
}

namespace srtp3_over_2
{
using InPlace = srtp_err_status_t (*)(srtp_t, void*, int*);

// Copies input to output, unless they are one, and lets 2 work there. `growth` is the most that 2 may append: an
// output without room for it is refused before a byte is written.
inline srtp_err_status_t convert(
  InPlace operation,
  srtp_t session,
  const uint8_t* input,
  size_t inputLength,
  uint8_t* output,
  size_t* outputLength,
  size_t growth)
{
  if (!input || !output || !outputLength || inputLength > INT_MAX - growth)
  {
    return srtp_err_status_bad_param;
  }

  if (*outputLength < inputLength + growth)
  {
    return srtp_err_status_buffer_small;
  }

  if (input != output)
  {
    std::memmove(output, input, inputLength);
  }

  int length        = static_cast<int>(inputLength);
  const auto status = operation(session, output, &length);

  if (status == srtp_err_status_ok)
  {
    *outputLength = static_cast<size_t>(length);
  }

  return status;
}

constexpr size_t rtpGrowth  = SRTP_MAX_TRAILER_LEN;
constexpr size_t rtcpGrowth = SRTP_MAX_TRAILER_LEN + 4; // SRTCP appends its index, too
} // namespace srtp3_over_2

inline srtp_err_status_t srtp_protect(
  srtp_t session, const uint8_t* rtp, size_t rtpLength, uint8_t* srtp, size_t* srtpLength, size_t /*mkiIndex*/)
{
  return srtp3_over_2::convert(
    srtp_protect, session, rtp, rtpLength, srtp, srtpLength, srtp3_over_2::rtpGrowth);
}

inline srtp_err_status_t srtp_unprotect(
  srtp_t session, const uint8_t* srtp, size_t srtpLength, uint8_t* rtp, size_t* rtpLength)
{
  return srtp3_over_2::convert(srtp_unprotect, session, srtp, srtpLength, rtp, rtpLength, 0);
}

inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t session, const uint8_t* rtcp, size_t rtcpLength, uint8_t* srtcp, size_t* srtcpLength, size_t /*mkiIndex*/)
{
  return srtp3_over_2::convert(
    srtp_protect_rtcp, session, rtcp, rtcpLength, srtcp, srtcpLength, srtp3_over_2::rtcpGrowth);
}

inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t session, const uint8_t* srtcp, size_t srtcpLength, uint8_t* rtcp, size_t* rtcpLength)
{
  return srtp3_over_2::convert(srtp_unprotect_rtcp, session, srtcp, srtcpLength, rtcp, rtcpLength, 0);
}
