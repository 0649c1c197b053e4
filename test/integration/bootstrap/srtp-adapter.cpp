// Checks scripts/mediasoup-worker/subprojects/libsrtp3/include/srtp.h: what goes out equals the reference vectors
// that libsrtp publishes with its srtp_driver, and what comes in is what was sent, for the four profiles that the
// worker negotiates. Prints one line a check; exits with 1 at the first that fails.
#include <srtp.h>

#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

using Bytes = std::vector<uint8_t>;

#define REQUIRE(condition)                                                    \
  do                                                                          \
  {                                                                           \
    if (!(condition))                                                         \
    {                                                                         \
      std::printf("failed: line %d: %s\n", __LINE__, #condition);             \
      std::exit(1);                                                           \
    }                                                                         \
  } while (false)

#define REQUIRE_OK(call) REQUIRE((call) == srtp_err_status_ok)

namespace
{
struct Profile
{
  const char* name;
  srtp_profile_t id;
  size_t rtpTag;  // bytes that protection appends to an RTP packet
  size_t rtcpTag; // and to an RTCP packet, beside its index of four bytes
};

constexpr Profile aesCm80{ "AES_CM_128_HMAC_SHA1_80", srtp_profile_aes128_cm_sha1_80, 10, 10 };
constexpr Profile aesCm32{ "AES_CM_128_HMAC_SHA1_32", srtp_profile_aes128_cm_sha1_32, 4, 10 };
constexpr Profile aesGcm128{ "AEAD_AES_128_GCM", srtp_profile_aead_aes_128_gcm, 16, 16 };
constexpr Profile aesGcm256{ "AEAD_AES_256_GCM", srtp_profile_aead_aes_256_gcm, 16, 16 };

constexpr size_t bufferSize = 4096;

Bytes fromHex(std::string_view text)
{
  Bytes bytes;

  for (size_t at = 0; at + 1 < text.size(); at += 2)
  {
    const char pair[] = { text[at], text[at + 1], 0 };
    bytes.push_back(static_cast<uint8_t>(std::strtoul(pair, nullptr, 16)));
  }

  return bytes;
}

// A session as the worker makes it: any SSRC, retransmissions allowed, a replay window of 1024.
srtp_t openSession(const Profile& profile, srtp_ssrc_type_t direction, const Bytes& keyAndSalt)
{
  const size_t keyLength  = srtp_profile_get_master_key_length(profile.id);
  const size_t saltLength = srtp_profile_get_master_salt_length(profile.id);
  const uint8_t* key      = keyAndSalt.data();
  const uint8_t* salt     = key + keyLength;
  srtp_ssrc_t ssrc{};
  ssrc.type = direction;
  srtp_policy_t policy{ nullptr };
  srtp_t session{ nullptr };

  REQUIRE(keyAndSalt.size() >= keyLength + saltLength);
  REQUIRE_OK(srtp_policy_create(&policy));
  REQUIRE(srtp_policy_add_key(policy, key, keyLength, salt, saltLength, nullptr, 0) == srtp_err_status_bad_param);
  REQUIRE_OK(srtp_policy_set_ssrc(policy, ssrc));
  REQUIRE_OK(srtp_policy_set_profile(policy, profile.id));
  REQUIRE(srtp_create(&session, policy) == srtp_err_status_bad_param);
  REQUIRE(srtp_policy_add_key(policy, key, keyLength - 1, salt, saltLength, nullptr, 0) == srtp_err_status_bad_param);
  REQUIRE_OK(srtp_policy_add_key(policy, key, keyLength, salt, saltLength, nullptr, 0));
  REQUIRE(srtp_policy_add_key(policy, key, keyLength, salt, saltLength, nullptr, 0) == srtp_err_status_bad_param);
  REQUIRE_OK(srtp_policy_set_allow_repeat_tx(policy, true));
  REQUIRE(srtp_policy_set_window_size(policy, 63) == srtp_err_status_bad_param);
  REQUIRE_OK(srtp_policy_set_window_size(policy, 1024));
  REQUIRE_OK(srtp_create(&session, policy));
  srtp_policy_destroy(policy);

  return session;
}

Bytes protectRtp(srtp_t session, const Bytes& packet)
{
  alignas(8) static uint8_t output[bufferSize];
  size_t length     = sizeof(output);
  const Bytes input = packet;

  REQUIRE_OK(srtp_protect(session, input.data(), input.size(), output, &length, 0));
  REQUIRE(input == packet);

  return { output, output + length };
}

Bytes protectRtcp(srtp_t session, const Bytes& packet)
{
  alignas(8) static uint8_t output[bufferSize];
  size_t length     = sizeof(output);
  const Bytes input = packet;

  REQUIRE_OK(srtp_protect_rtcp(session, input.data(), input.size(), output, &length, 0));
  REQUIRE(input == packet);

  return { output, output + length };
}

// In place, as the worker unprotects; `packet` holds what came out when the status is ok.
srtp_err_status_t unprotectRtp(srtp_t session, Bytes& packet)
{
  size_t length     = packet.size();
  const auto status = srtp_unprotect(session, packet.data(), packet.size(), packet.data(), &length);
  packet.resize(length);

  return status;
}

srtp_err_status_t unprotectRtcp(srtp_t session, Bytes& packet)
{
  size_t length     = packet.size();
  const auto status = srtp_unprotect_rtcp(session, packet.data(), packet.size(), packet.data(), &length);
  packet.resize(length);

  return status;
}

void equalsReference(const Profile& profile, const Bytes& key, const Bytes& srtp, const Bytes& srtcp)
{
  const Bytes rtp  = fromHex("800f1234decafbadcafebabeabababababababababababababababab");
  const Bytes rtcp = fromHex("81c8000bcafebabeabababababababababababababababab");
  const srtp_t out = openSession(profile, ssrc_any_outbound, key);
  const srtp_t in  = openSession(profile, ssrc_any_inbound, key);

  Bytes packet = protectRtp(out, rtp);
  REQUIRE(packet == srtp);
  REQUIRE_OK(unprotectRtp(in, packet));
  REQUIRE(packet == rtp);

  packet = protectRtcp(out, rtcp);
  REQUIRE(packet == srtcp);
  REQUIRE_OK(unprotectRtcp(in, packet));
  REQUIRE(packet == rtcp);

  REQUIRE_OK(srtp_dealloc(out));
  REQUIRE_OK(srtp_dealloc(in));
  std::printf("ok: %s equals the reference vectors\n", profile.name);
}

Bytes anyKey()
{
  Bytes key(64);

  for (size_t at = 0; at < key.size(); ++at)
  {
    key[at] = static_cast<uint8_t>(at * 7 + 3);
  }

  return key;
}

Bytes rtpPacket(uint32_t ssrc, unsigned number)
{
  Bytes packet(12 + (number * 37) % 400);
  const uint16_t sequence = htons(static_cast<uint16_t>(number));
  const uint32_t source   = htonl(ssrc);
  packet[0]               = 0x80;
  packet[1]               = 96;
  std::memcpy(&packet[2], &sequence, sizeof(sequence));
  std::memcpy(&packet[8], &source, sizeof(source));

  for (size_t at = 12; at < packet.size(); ++at)
  {
    packet[at] = static_cast<uint8_t>(at * number + ssrc);
  }

  return packet;
}

Bytes rtcpPacket(uint32_t ssrc, unsigned number)
{
  Bytes packet(64);
  const uint32_t source = htonl(ssrc);
  packet[0]             = 0x80;
  packet[1]             = 200;
  packet[3]             = 15;
  std::memcpy(&packet[4], &source, sizeof(source));

  for (size_t at = 8; at < packet.size(); ++at)
  {
    packet[at] = static_cast<uint8_t>(at + number);
  }

  return packet;
}

// More packets of a stream than its sequence number has values, so that the rollover counter is met as well.
void survivesRoundTrips(const Profile& profile)
{
  constexpr unsigned packetsPerStream = 70'000;
  const srtp_t out                    = openSession(profile, ssrc_any_outbound, anyKey());
  const srtp_t in                     = openSession(profile, ssrc_any_inbound, anyKey());

  for (const uint32_t ssrc : { 1000u, 1001u })
  {
    for (unsigned number = 0; number < packetsPerStream; ++number)
    {
      const Bytes sent = rtpPacket(ssrc, number);
      const Bytes wire = protectRtp(out, sent);
      REQUIRE(wire.size() == sent.size() + profile.rtpTag);

      const bool probed = number % 1000 == 0;

      if (probed)
      {
        REQUIRE(protectRtp(out, sent) == wire); // a retransmission is the same packet

        Bytes tampered = wire;
        tampered.back() ^= 1;
        REQUIRE(unprotectRtp(in, tampered) == srtp_err_status_auth_fail);
        REQUIRE(tampered.size() == wire.size());
      }

      Bytes received = wire;
      REQUIRE_OK(unprotectRtp(in, received));
      REQUIRE(received == sent);

      if (probed)
      {
        Bytes replayed = wire;
        REQUIRE(unprotectRtp(in, replayed) == srtp_err_status_replay_fail);
      }

      if (number % 10 == 0)
      {
        const Bytes report = rtcpPacket(ssrc, number);
        Bytes wireReport   = protectRtcp(out, report);
        REQUIRE(wireReport.size() == report.size() + 4 + profile.rtcpTag);
        REQUIRE_OK(unprotectRtcp(in, wireReport));
        REQUIRE(wireReport == report);
      }
    }
  }

  REQUIRE_OK(srtp_stream_remove(out, htonl(1000)));
  REQUIRE(srtp_stream_remove(out, htonl(1000)) == srtp_err_status_no_ctx);
  REQUIRE_OK(srtp_dealloc(out));
  REQUIRE_OK(srtp_dealloc(in));
  std::printf("ok: %s survives %u round trips\n", profile.name, 2 * packetsPerStream);
}

void refusesWhatDoesNotFit(const Profile& profile)
{
  const srtp_t out = openSession(profile, ssrc_any_outbound, anyKey());
  const srtp_t in  = openSession(profile, ssrc_any_inbound, anyKey());

  const Bytes packet = rtpPacket(1000, 3);
  Bytes small(packet.size() + profile.rtpTag - 1, 0xEE);
  const Bytes untouched = small;
  size_t length         = small.size();
  REQUIRE(
    srtp_protect(out, packet.data(), packet.size(), small.data(), &length, 0) == srtp_err_status_buffer_small);
  REQUIRE(length == untouched.size());
  REQUIRE(small == untouched);

  for (size_t size = 0; size < 12 + profile.rtpTag; ++size)
  {
    alignas(8) uint8_t output[bufferSize];
    Bytes tooShort(size);
    tooShort.reserve(64);

    if (size > 0)
    {
      tooShort[0] = 0x80;
    }

    if (size < 12)
    {
      length = sizeof(output);
      REQUIRE(srtp_protect(out, tooShort.data(), size, output, &length, 0) != srtp_err_status_ok);
    }

    Bytes asRtcp = tooShort;
    asRtcp.reserve(64);
    REQUIRE(unprotectRtp(in, tooShort) != srtp_err_status_ok);
    REQUIRE(unprotectRtcp(in, asRtcp) != srtp_err_status_ok);
  }

  REQUIRE_OK(srtp_dealloc(out));
  REQUIRE_OK(srtp_dealloc(in));
  std::printf("ok: %s refuses what does not fit\n", profile.name);
}

void ignoreEvent(srtp_event_data_t* /*event*/)
{
}
} // namespace

int main()
{
  REQUIRE_OK(srtp_init());
  REQUIRE_OK(srtp_install_event_handler(ignoreEvent));

  equalsReference(
    aesCm80,
    fromHex("e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6"),
    fromHex("800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb"),
    fromHex("81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798"));
  equalsReference(
    aesGcm128,
    fromHex("000102030405060708090a0b0c0d0e0fa0a1a2a3a4a5a6a7a8a9aaab"),
    fromHex("800f1234decafbadcafebabec5002ede04cfdd2eb91159e0880aa06ed2976826f796b201df3131a127e8a392"),
    fromHex("81c8000bcafebabec98b8b5df0392a55852b6c21ac8e7025c52c6fbea2b3b446ea31123ba88ce61e80000001"));

  for (const Profile& profile : { aesCm80, aesCm32, aesGcm128, aesGcm256 })
  {
    survivesRoundTrips(profile);
    refusesWhatDoesNotFit(profile);
  }

  REQUIRE_OK(srtp_shutdown());
  std::puts("all passed");
}
